import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeTo } from '../../packages/daemon/src/edge/testing/app.ts';
import { openTestEdge, type TestEdge } from '../../packages/daemon/src/edge/testing/edge.ts';
import { answerTable } from './ambiguity/answer-table.ts';
import type { RawAnswer } from './ambiguity/raw-case.ts';
import { type RawReply, sendRaw } from './ambiguity/send-raw.ts';

const PATIENCE_MS = 10_000;

let edge: TestEdge;
let app: Server;
/** What the app says to every request, before it ends the connection. */
let bytes = '';
let connections = 0;

beforeAll(async () => {
  edge = await openTestEdge();
  app = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.from(bytes, 'latin1')));
  });
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  const { port } = app.address() as AddressInfo;
  await edge.replace(routeTo([{ instance: 'broken', host: '127.0.0.1', port }]));
});
afterAll(async () => {
  await edge.close();
  app.close();
});

test('the table is long enough to mean something', () => {
  expect(answerTable.length).toBeGreaterThanOrEqual(60);
  expect(new Set(answerTable.map(({ title }) => title)).size).toBe(answerTable.length);
});

describe('a visitor sees a clear answer or none, when the app says', () => {
  test.each(answerTable)('$title', async (said) => {
    bytes = said.bytes;
    judge(said, await ask(said.method ?? 'GET'));
  });

  test.each(answerTable)('$title, and the next visitor is served on a connection of its own', async (said) => {
    bytes = said.bytes;
    await ask(said.method ?? 'GET');
    const before = connections;
    bytes = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext';
    const next = await ask('GET');
    expect(bodyOf(next.text)).toBe('next');
    expect(connections).toBe(before + 1);
  });
});

/** The visitor wants the connection closed, so that its end is the end of all that the edge says. */
async function ask(method: string): Promise<RawReply> {
  const request = `${method} / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n`;
  return sendRaw(edge.port, request, { patienceMs: PATIENCE_MS });
}

function judge({ fate }: RawAnswer, { text, statuses, isClosed }: RawReply): void {
  expect(isClosed).toBe(true);
  const final = statuses.filter((status) => status >= 200);
  expect(final).toHaveLength(1);
  if (fate.kind === 'refused') return expect(fate.statuses).toContain(final[0]);
  if (fate.kind === 'cut') return expect(final[0] === 502 || !looksWhole(text)).toBe(true);
  expect(final[0]).toBe(fate.status);
  expect(looksWhole(text)).toBe(true);
  return expect(bodyOf(text)).toBe(fate.body);
}

/** As a strict visitor reads it; what a closed connection ends is never whole here, because the edge frames all it can. */
function looksWhole(text: string): boolean {
  const { head, body } = finalOf(text);
  if (/^transfer-encoding: chunked$/im.test(head)) return body.endsWith('0\r\n\r\n');
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  return length === undefined ? true : body === '' || body.length === Number(length);
}

function bodyOf(text: string): string {
  const { head, body } = finalOf(text);
  if (!/^transfer-encoding: chunked$/im.test(head)) return body;
  return body.replaceAll(/[0-9a-f]+\r\n((?:[^\r]|\r(?!\n))*)\r\n/g, '$1');
}

function finalOf(text: string): { head: string; body: string } {
  const rest = text.replace(/^(?:HTTP\/1\.1 1\d\d [^]*?\r\n\r\n)+/, '');
  const at = rest.indexOf('\r\n\r\n');
  return { head: rest.slice(0, at).replaceAll('\r\n', '\n'), body: rest.slice(at + 4) };
}
