import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { routeTo } from './testing/app.ts';
import { openTestEdge, type TestEdge } from './testing/edge.ts';
import { openRaw } from './testing/visitor.ts';

let edge: TestEdge;
let recorder: Server;
/** Every byte that reached the app. */
let recorded = '';

beforeAll(async () => {
  edge = await openTestEdge();
  recorder = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (part: string) => {
      recorded += part;
      if (/\r\n\r\n/.test(recorded)) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  });
  recorder.listen(0, '127.0.0.1');
  await once(recorder, 'listening');
  const { port } = recorder.address() as AddressInfo;
  await edge.replace(routeTo([{ instance: 'recorder', host: '127.0.0.1', port }]));
});
beforeEach(() => {
  recorded = '';
});
afterAll(async () => {
  await edge.close();
  recorder.close();
});

const HOST = 'Host: app.test\r\n';
const CHUNKS = '5\r\nhello\r\n0\r\n\r\n';

describe('nothing reaches the app of a request with', () => {
  const cases: readonly [title: string, bytes: string, status: number][] = [
    [
      'a length and a coding',
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      400,
    ],
    ['two lengths', `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, 400],
    ['two equal lengths', `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`, 400],
    ['a list of lengths', `POST / HTTP/1.1\r\n${HOST}Content-Length: 5, 5\r\n\r\nhello`, 400],
    ['a signed length', `POST / HTTP/1.1\r\n${HOST}Content-Length: +5\r\n\r\nhello`, 400],
    ['a hexadecimal length', `POST / HTTP/1.1\r\n${HOST}Content-Length: 0x5\r\n\r\nhello`, 400],
    ['two codings', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n${CHUNKS}`, 501],
    [
      'the coding twice',
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      400,
    ],
    [
      'chunked before another coding',
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n${CHUNKS}`,
      400,
    ],
    ['an unknown coding', `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n${CHUNKS}`, 501],
    ['a coding on HTTP/1.0', `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`, 400],
    ['two hosts', `GET / HTTP/1.1\r\n${HOST}Host: other.test\r\n\r\n`, 400],
    ['two equal hosts', `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['an invalid host', 'GET / HTTP/1.1\r\nHost: app.test:80:80\r\n\r\n', 400],
    ['a host folded over two lines', 'GET / HTTP/1.1\r\nHost: app.test\r\n .evil\r\n\r\n', 400],
    ['another host in its target', `GET http://other.test/ HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : app.test\r\n\r\n', 400],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: app.test\n\n', 400],
    ['a bare carriage return in a value', `GET / HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`, 400],
    ['a NUL in a value', `GET / HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`, 400],
    ['HTTP/0.9', 'GET /\r\n\r\n', 505],
    ['a version of its own', `GET / HTTP/1.2\r\n${HOST}\r\n`, 400],
    ['TRACE', `TRACE / HTTP/1.1\r\n${HOST}\r\n`, 405],
    ['CONNECT', 'CONNECT app.test:443 HTTP/1.1\r\nHost: app.test:443\r\n\r\n', 405],
    ['a target that is no path', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a fragment in the target', `GET /a#b HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['an unknown method', `GETS / HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['an expectation that nobody knows', `GET / HTTP/1.1\r\n${HOST}Expect: miracles\r\n\r\n`, 417],
    ['a head beyond all bounds', `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ];
  test.each(cases)('%s', async (_, bytes, status) => {
    const visitor = await openRaw(edge.port, bytes);
    await visitor.closed;
    expect(statusesIn(visitor.heard())).toEqual([status]);
    expect(recorded).toBe('');
  });
});

describe('what reaches the app is one request, framed once, of', () => {
  const cases: readonly [title: string, bytes: string, framing: RegExp][] = [
    [
      'a chunked body',
      `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      /transfer-encoding: chunked\r\n[^]*5\r\nhello\r\n0\r\n\r\n$/i,
    ],
    [
      'a chunked DELETE',
      `DELETE / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      /transfer-encoding: chunked\r\n[^]*5\r\nhello\r\n0\r\n\r\n$/i,
    ],
    [
      'a chunked OPTIONS',
      `OPTIONS / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      /transfer-encoding: chunked\r\n[^]*5\r\nhello\r\n0\r\n\r\n$/i,
    ],
    [
      'a GET with a body',
      `GET / HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`,
      /content-length: 5\r\n(?:[^]*\r\n)?\r\nhello$/i,
    ],
    ['a POST without a length', `POST / HTTP/1.1\r\n${HOST}\r\n`, /content-length: 0\r\n(?:[^]*\r\n)?\r\n$/i],
    [
      'a length that Connection nominates',
      `POST / HTTP/1.1\r\n${HOST}Connection: content-length\r\nContent-Length: 5\r\n\r\nhello`,
      /content-length: 5\r\n(?:[^]*\r\n)?\r\nhello$/i,
    ],
    [
      'a coding that Connection nominates',
      `POST / HTTP/1.1\r\n${HOST}Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
      /transfer-encoding: chunked\r\n[^]*5\r\nhello\r\n0\r\n\r\n$/i,
    ],
    [
      'a second length with an underscore',
      `POST / HTTP/1.1\r\n${HOST}Content_Length: 50\r\nContent-Length: 5\r\n\r\nhello`,
      /content-length: 5\r\n(?:[^]*\r\n)?\r\nhello$/i,
    ],
    ['HTTP/1.0', `GET / HTTP/1.0\r\n${HOST}\r\n`, /^GET \/ HTTP\/1.1\r\n[^]*\r\n\r\n$/],
    [
      'an upgrade to h2c',
      `GET / HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n\r\n`,
      /^GET \/ HTTP\/1.1\r\n(?![^]*(?:upgrade|http2))[^]*\r\n\r\n$/i,
    ],
    [
      'a WebSocket with a body',
      `GET / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello`,
      /^GET \/ HTTP\/1.1\r\n(?![^]*upgrade)[^]*content-length: 5\r\n(?:[^]*\r\n)?\r\nhello$/i,
    ],
  ];
  test.each(cases)('%s', async (_, bytes, framing) => {
    const visitor = await openRaw(edge.port, bytes);
    await expect.poll(() => visitor.heard()).toContain('200 OK');
    await expect.poll(() => recorded).toMatch(framing);
    expect(recorded.match(/HTTP\/1\.1\r\n/g)).toHaveLength(1);
    expect(recorded.match(/^(?:content-length|transfer-encoding):/gim)?.length ?? 0).toBeLessThanOrEqual(1);
    visitor.socket.destroy();
  });
});

test('what follows a refused request on its connection is not read as another', async () => {
  const smuggled = `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`;
  const visitor = await openRaw(
    edge.port,
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  );
  await visitor.closed;
  expect(statusesIn(visitor.heard())).toEqual([400]);
  expect(recorded).toBe('');
});

function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
