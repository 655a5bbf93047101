import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../use-cases/context.ts';
import { renderProblem } from './render-problem.ts';
import type { HttpOptions } from './services.ts';

/** Answers with whatever was thrown, as a problem. Bytes, because the framework adds a charset to text, which JSON has not. */
export function sendProblem(
  { context, options }: { readonly context: Context; readonly options: HttpOptions },
  error: unknown,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): FastifyReply {
  const { method, url } = request;
  const { status, headers, text } = renderProblem(error, {
    log: options.logger,
    newId: () => context.clock.newId(),
    method,
    url,
  });
  return reply.code(status).headers(headers).send(Buffer.from(text));
}
