import { PassThrough, Readable } from 'node:stream';
import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TextRefusal } from '../../dialect-kit/text-refusal.ts';
import { keepUpload, listUploads, readUpload } from '../../use-cases/uploads.ts';
import type { Hand } from './hand.ts';
import { renderUploads, sitePolicy } from './site-page.ts';
import { prefixOf, wantsHtml } from './visitor.ts';

/** Files for launches: sent by a form, or as the body of a call that names them. */
export async function addUploadRoutes(scope: FastifyInstance, hand: Hand): Promise<void> {
  const { context, actor } = hand;
  // A file is a file, whatever it is said to be.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  await scope.register(multipart, { limits: { fileSize: context.policy.uploads.maxBytes + 1, files: 100 } });
  scope.get('/upload/', (request, reply) => {
    const names = listUploads(context, actor).map(({ name }) => name);
    if (!wantsHtml(request)) return names;
    return reply
      .header('content-security-policy', sitePolicy)
      .type('text/html; charset=utf-8')
      .send(renderUploads(prefixOf(scope, request), names));
  });
  scope.get('/upload/:name', async ({ params }, reply) => {
    const { name } = params as { name: string };
    const upload = listUploads(context, actor).findLast((one) => one.name === name);
    if (upload === undefined) throw new TextRefusal(404, `There is no upload "${name}".`);
    return reply
      .header('content-disposition', 'attachment')
      .header('content-length', upload.sizeBytes)
      .type('application/octet-stream')
      .send(readUpload(context, actor, upload.id));
  });
  scope.post('/upload/', (request, reply) => takeForm(hand, request, reply));
  scope.post('/upload/:name', async ({ params, body }) => {
    const { name } = params as { name: string };
    return keepUpload(context, actor, { name, source: body instanceof Readable ? body : Readable.from([]) });
  });
}

async function takeForm({ context, actor }: Hand, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (!request.isMultipart()) throw new TextRefusal(415, 'Send a form of files, or a body to /upload/<name>.');
  const kept = [];
  const parts = request.files();
  for (let part = await readPart(parts); part !== undefined; ) {
    const { filename: name, file } = part;
    const source = file.pipe(new PassThrough());
    // That the form is cut short is told here, and never by the file.
    const next = readPart(parts);
    next.catch((error: Error) => source.destroy(error));
    kept.push(await keepUpload(context, actor, { name, source }));
    part = await next;
  }
  if (kept.length === 0) throw new TextRefusal(400, 'There is no file in the form.');
  return wantsHtml(request) ? reply.redirect('./', 303) : kept;
}

/** A form that is cut short or says no boundary is the caller's doing. */
async function readPart(parts: AsyncIterator<MultipartFile>): Promise<MultipartFile | undefined> {
  try {
    const next = await parts.next();
    return next.done === true ? undefined : next.value;
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error) throw error;
    throw new TextRefusal(400, 'The form of files is malformed.');
  }
}
