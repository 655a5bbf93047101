import type { FastifyReply } from 'fastify';

/** Aborts when the caller is gone before the answer was complete, or when the server begins to close. */
export function callSignal(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (closing.aborted || reply.raw.destroyed) abort();
  closing.addEventListener('abort', abort);
  reply.raw.once('close', () => {
    closing.removeEventListener('abort', abort);
    abort();
  });
  return controller.signal;
}
