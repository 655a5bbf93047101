import { PassThrough, type Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Hands tar bodies on as they come; the engine is their judge. */
export function readTarBodies(scope: FastifyInstance, mediaType: string): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(mediaType, (_request: FastifyRequest, body: Readable, done) => done(null, copyOf(body)));
}

/** Whoever destroys the copy does not hang up on the caller, who is still owed an answer. */
function copyOf(body: Readable): Readable {
  const copy = new PassThrough();
  body.pipe(copy);
  body.once('error', (error) => copy.destroy(error));
  body.once('close', () => body.readableEnded || copy.destroy(new Error('The caller hung up.')));
  copy.once('close', () => {
    body.unpipe(copy);
    body.resume();
  });
  return copy;
}
