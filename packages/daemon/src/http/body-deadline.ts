import type { IncomingMessage } from 'node:http';

const usualMs = 30_000;

/** Hangs up on a caller whose small body does not come: a slow one would hold its connection for ever. */
export function expectBody(request: IncomingMessage, withinMs = usualMs): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.destroy(), withinMs).unref();
  const stop = (): void => clearTimeout(timer);
  request.once('end', stop).once('close', stop);
}
