import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as openRequest, type RequestListener } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { echo, routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestPlane, type TestPlane } from '../testing/plane.ts';
import { openRaw, type RawVisitor } from '../testing/visitor.ts';

let edge: TestPlane;
let app: TestApp;
let listener: RequestListener;
beforeEach(async () => {
  listener = (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.once('end', () => response.end(`${request.method} ${request.url} ${Buffer.concat(pieces).toString()}`));
  };
  app = await startApp((request, response) => listener(request, response));
  edge = await openTestPlane(routeTo([app.target('one')]));
});
afterEach(async () => {
  edge.close();
  await app.close();
});

const BIG = randomBytes(24 * 1024 * 1024);
const HOST = 'Host: app.test\r\n';
const GET = `GET /a HTTP/1.1\r\n${HOST}\r\n`;
const POST = `POST /b HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`;
const CHUNKED = `PUT /c HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n`;
const LAST = `GET /d HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;

/** The bodies of all answers, of a visitor that has heard all. */
function bodiesIn(visitor: RawVisitor): readonly string[] {
  return [...visitor.heard().matchAll(/Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/gi)].map(
    ({ 0: head, 1: length, index }) => visitor.heard().slice(index + head.length, index + head.length + Number(length)),
  );
}

describe('requests that come in one piece', () => {
  test('are answered one after the other, in their order', async () => {
    const visitor = await openRaw(edge.port, GET + POST + CHUNKED + GET + LAST);
    await visitor.closed;
    expect(bodiesIn(visitor)).toEqual(['GET /a ', 'POST /b hello', 'PUT /c abcde', 'GET /a ', 'GET /d ']);
  });

  test('are answered in their order when some are refused', async () => {
    const nowhere = 'GET / HTTP/1.1\r\nHost: other.test\r\n\r\n';
    const visitor = await openRaw(edge.port, nowhere + GET + nowhere + nowhere + LAST);
    await visitor.closed;
    expect([...visitor.heard().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '404',
      '200',
      '404',
      '404',
      '200',
    ]);
  });

  test('are not read far ahead of the answers', async () => {
    listener = () => undefined;
    const visitor = await openRaw(edge.port, GET);
    await expect.poll(() => app.sockets.size).toBe(1);
    let sent = 0;
    while (sent < 64 * 1024 * 1024 && visitor.socket.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
    await expect.poll(() => [...edge.sockets][0]?.isPaused()).toBe(true);
    expect([...edge.sockets][0]?.bytesRead).toBeLessThan(1024 * 1024);
    visitor.socket.destroy();
  });

  test('get no answer behind one that ends the connection', async () => {
    const visitor = await openRaw(edge.port, LAST + GET);
    await visitor.closed;
    expect(bodiesIn(visitor)).toEqual(['GET /d ']);
  });
});

test('requests mean the same wherever they are cut in two', async () => {
  const bytes = POST + CHUNKED + LAST;
  const outcomes = new Set<string>();
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const visitor = await openRaw(edge.port, bytes.slice(0, cut));
    for (let turns = 0; turns < 4; turns += 1) await turn();
    visitor.socket.write(bytes.slice(cut));
    await visitor.closed;
    outcomes.add(bodiesIn(visitor).join('|'));
  }
  expect([...outcomes]).toEqual(['POST /b hello|PUT /c abcde|GET /d ']);
});

test('requests mean the same when they come byte by byte', async () => {
  const visitor = await openRaw(edge.port);
  for (const byte of POST + CHUNKED + LAST) {
    visitor.socket.write(byte);
    await turn();
  }
  await visitor.closed;
  expect(bodiesIn(visitor)).toEqual(['POST /b hello', 'PUT /c abcde', 'GET /d ']);
});

describe('a visitor who speaks HTTP/1.0', () => {
  test('has its connection ended, and kept when it asks for that and the length is known', async () => {
    const ended = await openRaw(edge.port, `GET /a HTTP/1.0\r\n${HOST}\r\n`);
    await ended.closed;
    expect(ended.heard()).toMatch(/\r\nConnection: close\r\n/);
    const kept = await openRaw(edge.port, `GET /a HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`);
    await expect.poll(() => kept.heard()).toMatch(/\r\nConnection: keep-alive\r\n/);
    kept.socket.write(`GET /b HTTP/1.0\r\n${HOST}\r\n`);
    await kept.closed;
    expect(bodiesIn(kept)).toEqual(['GET /a ', 'GET /b ']);
  });

  test('hears of no interim answers and of no chunks', async () => {
    listener = (_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.write('a');
      response.end('b');
    };
    const visitor = await openRaw(edge.port, `GET / HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`);
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nab$/);
    expect(visitor.heard()).not.toMatch(/transfer-encoding/i);
  });
});

describe('a visitor who ends its side behind the request', () => {
  test('still gets the answer', async () => {
    const held = Promise.withResolvers<void>();
    listener = (_, response) => void held.promise.then(() => response.end('late'));
    const visitor = await openRaw(edge.port, GET);
    visitor.socket.end();
    await expect.poll(() => app.sockets.size).toBe(1);
    held.resolve();
    await visitor.closed;
    expect(bodiesIn(visitor)).toEqual(['late']);
  });

  test('still gets the answers to all that came before', async () => {
    const visitor = await openRaw(edge.port, GET + POST + GET);
    visitor.socket.end();
    await visitor.closed;
    expect(bodiesIn(visitor)).toEqual(['GET /a ', 'POST /b hello', 'GET /a ']);
  });

  test('is taken to be gone when there is no answer for a second, and frees the app', async () => {
    listener = () => undefined;
    const visitor = await openRaw(edge.port, GET);
    await expect.poll(() => app.sockets.size).toBe(1);
    visitor.socket.end();
    await expect
      .poll(() => {
        edge.elapse(500);
        return app.sockets.size;
      })
      .toBe(0);
    expect(edge.plane.inFlight.listAll()).toEqual([]);
  });
});

describe('an answer that comes before the body is whole', () => {
  test('ends the connection where nobody can tell whether the body follows', async () => {
    app.server.on('checkContinue', (_, response) => void response.writeHead(413).end('no'));
    const visitor = await openRaw(
      edge.port,
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
    );
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 413 [^]*Connection: close\r\n/);
  });

  test('leaves the connection to the next request once the rest has come', async () => {
    listener = (_, response) => void response.writeHead(413, { 'content-length': '8' }).end('too much');
    const visitor = await openRaw(edge.port, `POST / HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\n`);
    await expect.poll(() => bodiesIn(visitor)).toEqual(['too much']);
    listener = echo;
    visitor.socket.write('x'.repeat(100_000) + GET);
    await expect.poll(() => visitor.heard()).toContain('"url":"/a"');
    visitor.socket.destroy();
  });
});

test('a body with malformed chunks is refused, and the app does not take it for whole', async () => {
  const outcome = Promise.withResolvers<string>();
  listener = (request) => {
    request.once('end', () => outcome.resolve('whole'));
    request.once('error', () => outcome.resolve('cut'));
    request.resume();
  };
  const head = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`;
  const visitor = await openRaw(edge.port, head);
  await expect.poll(() => app.sockets.size).toBe(1);
  visitor.socket.write(`5\r\nabcdefg${GET}`);
  await visitor.closed;
  expect(visitor.heard().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  expect(await outcome.promise).toBe('cut');
});

test('an answer without a known length goes out in chunks, and the connection stays', async () => {
  listener = (_, response) => {
    response.socket?.end('HTTP/1.1 200 OK\r\n\r\nall until the end');
  };
  const visitor = await openRaw(edge.port, GET);
  await expect.poll(() => visitor.heard()).toContain('all until the end\r\n0\r\n\r\n');
  listener = echo;
  visitor.socket.write(GET);
  await expect.poll(() => visitor.heard()).toContain('"url":"/a"');
  visitor.socket.destroy();
});

test('answers say that the connection ends while the edge is stopping', async () => {
  const visitor = await openRaw(edge.port, GET);
  await expect.poll(() => bodiesIn(visitor)).toHaveLength(1);
  edge.plane.isStopping = true;
  visitor.socket.write(GET);
  await visitor.closed;
  expect(visitor.heard()).toMatch(/HTTP\/1.1 200 OK\r\n[^]*HTTP\/1.1 200 OK\r\n[^]*Connection: close\r\n/);
});

test('visitors who leave at any moment leave nothing behind', async () => {
  listener = (request, response) => {
    if (request.url === '/mute') return;
    response.write('begun');
    if (request.url === '/whole') response.end();
  };
  const before = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  for (let at = 0; at < 120; at += 1) {
    const path = ['/mute', '/begun', '/whole'][at % 3] ?? '';
    const body = at % 2 === 0 ? '' : 'Content-Length: 1000000\r\n';
    const visitor = await openRaw(edge.port, `POST ${path} HTTP/1.1\r\n${HOST}${body}\r\nxyz`);
    for (let turns = 0; turns < at % 7; turns += 1) await turn();
    if (at % 4 === 0) visitor.socket.resetAndDestroy();
    else visitor.socket.destroy();
  }
  await expect
    .poll(() => {
      edge.elapse(600);
      return [edge.sockets.size, edge.plane.inFlight.listAll().length, app.sockets.size];
    })
    .toEqual([0, 0, 0]);
  await expect
    .poll(() => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length)
    .toBeLessThanOrEqual(before);
  expect(Object.values(edge.plane.traffic.facts().apps).map(({ inFlight }) => inFlight)).toEqual([0]);
});

test.each([
  ['of a known length', { 'content-length': String(BIG.length) }],
  ['in chunks', {}],
])('an upload %s arrives as it was sent at an app that is slow to take it', async (_, headers) => {
  const hash = createHash('sha1');
  listener = (request, response) => {
    request.on('data', (bytes: Buffer) => {
      hash.update(bytes);
      request.pause();
      setImmediate(() => request.resume());
    });
    request.once('end', () => response.end(hash.digest('hex')));
  };
  const request = openRequest({ port: edge.port, method: 'PUT', headers: { host: 'app.test', ...headers } });
  request.end(BIG);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(Buffer.concat(await answer.toArray()).toString()).toBe(createHash('sha1').update(BIG).digest('hex'));
});

test('a refusal behind HEAD has a body again', async () => {
  const visitor = await openRaw(edge.port, `HEAD / HTTP/1.1\r\n${HOST}\r\nGET\r\n\r\n`);
  await visitor.closed;
  expect(visitor.heard()).toMatch(/^HTTP\/1.1 200 [^]*\r\n\r\nHTTP\/1.1 400 [^]*\r\n\r\n\{"type"/);
});

test('an app that hints first and is not understood then is a 502', async () => {
  listener = (_, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab');
  };
  const visitor = await openRaw(edge.port, GET);
  await expect.poll(() => visitor.heard()).toMatch(/^HTTP\/1.1 103 [^]*HTTP\/1.1 502 /);
  visitor.socket.destroy();
});

test('what cannot be understood as HTTP is refused before all of it has come', async () => {
  const visitor = await openRaw(edge.port, '\x16\x03\x01\x02\x00\x01\x00');
  await visitor.closed;
  expect(visitor.heard()).toMatch(/^HTTP\/1.1 400 /);
});
