import { PassThrough, Readable } from 'node:stream';
import { z } from 'zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A tree of files, for an instance. */
export const tarType = 'application/x-tar';

/** One file. */
export const bytesType = 'application/octet-stream';

/** The bodies that are not JSON, and not bounded by their kind. */
export const passedTypes: ReadonlySet<string> = new Set([tarType, bytesType]);

export const Tar = z.instanceof(Readable).meta({ id: 'Tar', description: 'A tar archive.' });
export const Bytes = z.instanceof(Readable).meta({ id: 'Bytes', description: 'Bytes as they are.' });

/** Hands bodies of this type on as they come, of whatever length: the one who reads them is their judge. */
export function passBodies(scope: FastifyInstance, mediaType: string): void {
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
