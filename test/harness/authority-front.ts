import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestAuthority } from './pebble.ts';

/** What an authority of today has and pebble of Debian 12 lacks: renewal information (RFC 9773). All else is passed on. */
export interface AuthorityFront {
  readonly directory: string;
  /** Payloads of the orders that went through, oldest first. */
  readonly orders: readonly Readonly<Record<string, unknown>>[];
  /** Names of the certificates that were asked about. */
  readonly asked: readonly string[];
  /** What is answered about every certificate from now on. */
  suggest(window: { readonly startMs: number; readonly endMs: number; readonly retryAfterSeconds: number }): void;
  /** From now on the call of this path is answered with this problem document, so many times. */
  refuse(path: string, refusal: { readonly times: number; readonly status: number; readonly body: object }): void;
  stop(): Promise<void>;
}

/** Starts it before an authority, under the same name `localhost` and with the same certificate. */
export async function startAuthorityFront(authority: TestAuthority): Promise<AuthorityFront> {
  const orders: Record<string, unknown>[] = [];
  const asked: string[] = [];
  const refusals = new Map<string, { times: number; readonly status: number; readonly body: object }>();
  let suggestion: { readonly text: string; readonly retryAfter: string } | undefined;
  const folder = join(authority.caFile, '..');
  const tls = { cert: readFileSync(join(folder, 'cert.pem')), key: readFileSync(join(folder, 'key.pem')) };
  const server = createServer(tls, (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request;
    const body = await readAll(request);
    const refusal = refusals.get(url);
    if (refusal !== undefined && refusal.times > 0) {
      refusal.times -= 1;
      response.writeHead(refusal.status, { 'content-type': 'application/problem+json', 'retry-after': '7' });
      return void response.end(JSON.stringify(refusal.body));
    }
    if (url.startsWith('/renewal/')) return answerRenewal(url.slice('/renewal/'.length), response);
    if (url === '/order-plz') orders.push(readPayload(body.toString()));
    const passed = await passOn({ authority, request, body });
    const text =
      url === '/dir' ? JSON.stringify({ ...JSON.parse(passed.text), renewalInfo: `${origin}/renewal` }) : passed.text;
    const { 'content-length': _, ...headers } = passed.headers;
    response.writeHead(passed.status, headers).end(text);
  }

  function answerRenewal(name: string, response: ServerResponse): void {
    asked.push(name);
    if (suggestion === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json', 'retry-after': suggestion.retryAfter });
    response.end(suggestion.text);
  }

  return {
    directory: `${origin}/dir`,
    orders,
    asked,
    suggest({ startMs, endMs, retryAfterSeconds }) {
      const suggestedWindow = { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() };
      suggestion = { text: JSON.stringify({ suggestedWindow }), retryAfter: String(retryAfterSeconds) };
    },
    refuse: (path, refusal) => void refusals.set(path, { ...refusal }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Passed {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** With the Host as it came: the authority makes its own URLs from it. */
async function passOn(given: {
  readonly authority: TestAuthority;
  readonly request: IncomingMessage;
  readonly body: Buffer;
}): Promise<Passed> {
  const { authority, request, body } = given;
  const { method, url, headers } = request;
  const passed = httpsRequest(new URL(url ?? '/', authority.directory), {
    method,
    headers,
    ca: authority.ca,
    agent: false,
  });
  passed.end(body);
  const [response] = (await once(passed, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, text: (await readAll(response)).toString() };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function readPayload(jws: string): Record<string, unknown> {
  const { payload } = JSON.parse(jws) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}
