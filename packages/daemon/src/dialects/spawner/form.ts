import formBody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import { Problem } from '@berth/spec/problem';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TextRefusal } from '../../dialect-kit/text-refusal.ts';

/** A form's texts by name; of several of one name the first. */
export type Form = ReadonlyMap<string, string>;

const largestBytes = 64 * 1024;
const mostFields = 100;
const urlEncoded = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;

/** Bodies of other types say nothing, and are no mistake of their own. */
export async function takeForms(scope: FastifyInstance): Promise<void> {
  scope.removeAllContentTypeParsers();
  await scope.register(formBody, { bodyLimit: largestBytes, parser: (text) => Object.fromEntries(parseText(text)) });
  await scope.register(multipart, {
    limits: { fields: mostFields, fieldSize: largestBytes, files: 1, fileSize: largestBytes, parts: mostFields },
  });
  scope.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, undefined);
  });
}

/** Of a request that may have a body. */
export async function readForm(request: FastifyRequest): Promise<Form> {
  if (!request.isMultipart()) return new Map(Object.entries((request.body ?? {}) as Record<string, string>));
  const entries: [string, string][] = [];
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') part.file.resume();
      else if (typeof part.value === 'string') entries.push([part.fieldname, part.value]);
    }
  } catch (error) {
    throw new Problem('malformed-request', 'The form could not be read.', { cause: error });
  }
  return firstOfEach(entries);
}

/** Of a GET: its query; where that does not have the field, a form in its body, which frameworks do not read. */
export async function readQueryOrForm(request: FastifyRequest, field: string): Promise<Form> {
  const query = new URL(request.url, 'http://localhost').searchParams;
  if (query.has(field) || !urlEncoded.test(request.headers['content-type'] ?? '')) return firstOfEach(query);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.raw as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBytes) throw new Problem('body-too-large', `A form may have ${largestBytes} bytes.`);
    chunks.push(chunk);
  }
  return parseText(Buffer.concat(chunks).toString());
}

/** A text that the call cannot do without; an empty one is none. */
export function requireField(form: Form, field: string): string {
  const value = form.get(field);
  if (value === undefined || value === '') throw new TextRefusal(400, `Bad request: field '${field}' is required`);
  return value;
}

function parseText(text: string): Form {
  return firstOfEach(new URLSearchParams(text));
}

function firstOfEach(entries: Iterable<readonly [string, string]>): Form {
  const form = new Map<string, string>();
  for (const [name, value] of entries) if (!form.has(name)) form.set(name, value);
  return form;
}
