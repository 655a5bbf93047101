import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { type Answer, isStreamBody, isTextBody, RenderedJson } from './answer.ts';
import type { AnyEndpoint } from './endpoint.ts';

/** An answer as it goes over the wire; what has a text can be kept and told again. */
export interface RenderedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | Readable | null;
}

const jsonType = 'application/json; charset=utf-8';
const plainHeaders = { 'content-type': jsonType, 'cache-control': 'private, no-cache' };

export function renderAnswer({ status, headers, body }: Answer): RenderedAnswer {
  if (body === null || body === undefined)
    return { status, headers: { 'cache-control': 'private, no-cache', ...headers }, body: null };
  if (body instanceof RenderedJson)
    return {
      status,
      headers: headers === undefined ? plainHeaders : { ...plainHeaders, ...headers },
      body: body.bytes,
    };
  if (isStreamBody(body))
    return {
      status,
      headers: { 'content-type': body.mediaType, 'cache-control': 'no-store', ...headers },
      body: body.source,
    };
  if (isTextBody(body)) return { status, headers: { 'content-type': body.mediaType, ...headers }, body: body.text };
  return { status, headers: { ...plainHeaders, ...headers }, body: JSON.stringify(body) };
}

/** Sends it; a HEAD request gets the head of a stream and no stream. */
export function sendAnswer(reply: FastifyReply, { status, headers, body }: RenderedAnswer): FastifyReply {
  reply.code(status);
  for (const name in headers) reply.header(name, headers[name]);
  if (body === null) return reply.send();
  // Bytes, because the framework adds a charset to text, which problems and tars do not have.
  if (typeof body === 'string') return reply.send(Buffer.from(body));
  if (Buffer.isBuffer(body)) return reply.send(body);
  return sendStream(reply, body);
}

/** The head goes out at once: who follows something silent should know that it began. */
function sendStream(reply: FastifyReply, body: Readable): FastifyReply {
  if (reply.request.method === 'HEAD') {
    body.destroy();
    return reply.send();
  }
  void reply.send(body);
  setImmediate(() => {
    if (!reply.raw.headersSent && !reply.raw.destroyed) reply.raw.flushHeaders();
  });
  return reply;
}

/** For tests: an answer that is not as the endpoint declares it is a mistake of ours. */
export function checkAnswer(endpoint: AnyEndpoint, answer: Answer): void {
  const shape = endpoint.answers[answer.status];
  if (shape === undefined) throw new Error(`${endpoint.operationId} does not declare the status ${answer.status}`);
  for (const name of Object.keys(answer.headers ?? {})) {
    if (!(name in lowerCase(shape.headers)))
      throw new Error(`${endpoint.operationId} ${answer.status} does not declare the header ${name}`);
  }
  const schema = shape.content['application/json'];
  const { body } = answer;
  if (schema === undefined || isStreamBody(body) || isTextBody(body)) return;
  schema.parse(body instanceof RenderedJson ? JSON.parse(body.bytes.toString()) : body);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
}
