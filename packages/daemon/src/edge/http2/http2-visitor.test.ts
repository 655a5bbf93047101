import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { constants } from 'node:http2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { edgeCalls } from '../../core/edge-control.ts';
import { type Echo, routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { hearHttp2Answer, openHttp2, visitHttp2 } from '../testing/http2-visitor.ts';
import { selfSign } from '../testing/self-signed.ts';
import { frameOf, startSocketApp } from '../testing/socket-app.ts';

const place = { ':path': '/', ':authority': 'app.test' };

let edge: TestEdge;
let app: TestApp;
let session: ClientHttp2Session;
beforeEach(async () => {
  edge = await openTestEdge({ https: ['127.0.0.1:0'] });
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  app = await startApp();
  await edge.replace(routeTo([app.target('one')]));
  session = await openHttp2(edge.securePort);
});
afterEach(async () => {
  session.destroy();
  await edge.close();
  await app.close();
});

/** Puts another app in the place of the one that echoes. */
async function serve(listener: Parameters<typeof startApp>[0]): Promise<void> {
  await app.close();
  app = await startApp(listener);
  await edge.replace(routeTo([app.target('one')]));
}

describe('a request by HTTP/2', () => {
  test('gets to an app that speaks HTTP/1.1 as one of its own', async () => {
    const { status, headers, body } = await visitHttp2(session, {
      ':path': '/a?b',
      cookie: ['x=1', 'y=2'],
      'x-own': 'z',
    });
    const echo = JSON.parse(body) as Echo;
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['connection']).toBeUndefined();
    expect(echo).toMatchObject({ method: 'GET', url: '/a?b' });
    expect(echo.headers).toMatchObject({
      host: 'app.test',
      cookie: 'x=1; y=2',
      'x-own': 'z',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '127.0.0.1',
    });
  });

  test.each([
    ['of unknown length', {}],
    ['that says how long it is', { 'content-length': 5 }],
  ])('brings a body %s', async (_, headers) => {
    const { body } = await visitHttp2(session, { ':method': 'POST', ...headers }, 'hello');
    expect((JSON.parse(body) as Echo).body).toBe('hello');
  });

  test('brings trailers behind its body', async () => {
    const stream = session.request({ ...place, ':method': 'POST', trailer: 'x-sum' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }));
    stream.end('body');
    expect(JSON.parse((await hearHttp2Answer(stream)).body)).toMatchObject({
      body: 'body',
      trailers: { 'x-sum': '42' },
    });
  });

  test('takes home trailers when it says so', async () => {
    await serve((_, response) => {
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('a');
      response.addTrailers({ 'x-sum': '42' });
      response.end();
    });
    expect((await visitHttp2(session, { te: 'trailers' })).trailers).toMatchObject({ 'x-sum': '42' });
    expect((await visitHttp2(session)).trailers).toEqual({});
  });

  test('hears what the app says before its answer', async () => {
    await serve((_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('done');
    });
    expect(await visitHttp2(session)).toMatchObject({ interim: [103], body: 'done' });
  });

  test('waits with its body until the app wants it, if it likes', async () => {
    const stream = session.request({ ...place, ':method': 'POST', expect: '100-continue' });
    stream.once('continue', () => stream.end('wanted'));
    expect(JSON.parse((await hearHttp2Answer(stream)).body)).toMatchObject({ body: 'wanted' });
  });

  test.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('%s answered with %i has no body', async (method, status) => {
    await serve((_, response) => response.writeHead(status, { 'x-app': 'yes' }).end());
    const answer = await visitHttp2(session, { ':method': method });
    expect(answer).toMatchObject({ status, body: '' });
    expect(answer.headers['x-app']).toBe('yes');
  });

  test('gets every cookie that is set', async () => {
    await serve((_, response) => response.setHeader('set-cookie', ['a=1', 'b=2']).end('x'));
    expect((await visitHttp2(session)).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  test('for a host that leads nowhere is told so', async () => {
    const { status, body } = await visitHttp2(session, { ':authority': 'other.test' });
    expect(status).toBe(404);
    expect(body).toContain('no-app-here');
  });

  test.each([
    ['a Host that says something else', { host: 'other.test' }, 400],
    ['TRACE', { ':method': 'TRACE' }, 405],
    ['no path at all', { ':path': '*' }, 400],
    ['a host that is none', { ':authority': 'a b' }, 400],
  ])('with %s is refused', async (_, headers, status) => {
    const answer = await visitHttp2(session, headers).catch((error: Error) => error.message);
    if (typeof answer === 'string') expect(answer).toContain('NGHTTP2_PROTOCOL_ERROR');
    else expect(answer.status).toBe(status);
    expect((await visitHttp2(session)).status).toBe(200);
  });

  test('is one of many at a time', async () => {
    const letGo = Promise.withResolvers<void>();
    await serve((request, response) => void letGo.promise.then(() => response.end(request.url)));
    const visits = Array.from({ length: 100 }, async (__, at) => visitHttp2(session, { ':path': `/${at}` }));
    await waitFor(() => app.sockets.size === 100, { deadlineMs: 5_000, what: 'all at the app' });
    letGo.resolve();
    expect((await Promise.all(visits)).map(({ body }) => body)).toEqual(visits.map((__, at) => `/${at}`));
  });
});

describe('bodies by HTTP/2', () => {
  const size = 20_000_000;

  test('come whole, both ways', async () => {
    let received = 0;
    await serve((request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.length));
      request.once('end', () => response.end(Buffer.alloc(size, 'x')));
    });
    const { body } = await visitHttp2(session, { ':method': 'POST' }, Buffer.alloc(size, 'y'));
    expect(received).toBe(size);
    expect(body.length).toBe(size);
  });

  test('wait for a visitor who does not read', async () => {
    let written = 0;
    await serve((_, response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      const write = (): void => {
        for (let goesOn = true; goesOn && written < size; written += chunk.length) goesOn = response.write(chunk);
        if (written >= size) response.end();
      };
      response.on('drain', write);
      write();
    });
    const stream = session.request(place);
    await once(stream, 'response');
    const before = await settled(() => written);
    expect(before).toBeLessThan(size / 2);
    expect((await stream.toArray()).reduce<number>((sum, chunk: Buffer) => sum + chunk.length, 0)).toBeGreaterThan(
      before,
    );
  });

  test('wait for an app that does not read', async () => {
    await serve((request) => request.pause());
    const stream = session.request({ ...place, ':method': 'POST' });
    stream.on('error', () => undefined);
    stream.write(Buffer.alloc(size, 'x'));
    expect(await settled(() => stream.bufferSize)).toBeGreaterThan(size / 2);
    stream.close();
  });

  test('that nobody wants are taken all the same, so that the answer is heard', async () => {
    const wish = { ':method': 'POST', ':authority': 'other.test' };
    expect((await visitHttp2(session, wish, Buffer.alloc(5_000_000, 'x'))).status).toBe(404);
    expect((await visitHttp2(session)).status).toBe(200);
  });

  test('that the app cuts short do not look whole', async () => {
    await serve((_, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    });
    await expect(visitHttp2(session)).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
    await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.destroy());
    });
    await expect(visitHttp2(session)).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
  });

  test('of a visitor who leaves end at the app, too', async () => {
    let isGone = false;
    await serve((request, response) => {
      response.write('x');
      request.once('close', () => (isGone = !response.writableEnded));
    });
    const stream = session.request(place);
    await once(stream, 'response');
    stream.close(constants.NGHTTP2_CANCEL);
    await waitFor(() => isGone, { deadlineMs: 5_000, what: 'the end at the app' });
  });
});

describe('a WebSocket by HTTP/2', () => {
  const connectWish = {
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':authority': 'app.test',
    ':path': '/ws',
    'sec-websocket-version': '13',
  };

  test('is opened when the app opens it, and passes bytes both ways until both have ended', async () => {
    const chat = await startSocketApp();
    await edge.replace(routeTo([chat.target('one')]));
    await whenConnectable();
    const stream = session.request(connectWish, { endStream: false });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers).toMatchObject({ ':status': 200, 'x-app': 'yes' });
    expect(headers).not.toHaveProperty('sec-websocket-accept');
    stream.write(frameOf('hello'));
    const [frame] = (await once(stream, 'data')) as [Buffer];
    expect(frame.toString()).toContain('hello');
    expect((await edge.facts()).apps['app']).toMatchObject({ openSockets: 1 });
    const closed = once(stream.resume(), 'close');
    stream.end();
    await closed;
    expect(stream.rstCode).toBe(0);
    await waitFor(async () => (await edge.facts()).apps['app']?.['openSockets'] === 0, { deadlineMs: 5_000 });
    await chat.close();
  });

  test('hears that the edge goes away', async () => {
    const chat = await startSocketApp();
    await edge.replace(routeTo([chat.target('one')]));
    await whenConnectable();
    const stream = session.request(connectWish, { endStream: false });
    await once(stream, 'response');
    const heard = once(stream, 'data') as Promise<[Buffer]>;
    await edge.drain('one', 10);
    expect([...(await heard)[0]]).toEqual([0x88, 2, 0x03, 0xe9]);
    await chat.close();
  });

  test('is answered by the app that does not want it', async () => {
    await whenConnectable();
    const { status } = await hearHttp2Answer(session.request(connectWish, { endStream: false }));
    expect(status).toBe(200);
  });

  test('is refused when the app did not understand the handshake', async () => {
    const liar = createServer();
    liar.on('upgrade', (_, socket) => {
      socket.on('error', () => undefined);
      socket.write('HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n');
    });
    liar.listen(0, '127.0.0.1');
    await once(liar, 'listening');
    const { port } = liar.address() as { readonly port: number };
    await edge.replace(routeTo([{ instance: 'liar', host: '127.0.0.1', port }]));
    await whenConnectable();
    const { status } = await hearHttp2Answer(session.request(connectWish, { endStream: false }));
    expect(status).toBe(502);
    liar.close();
    liar.closeAllConnections();
  });

  async function whenConnectable(): Promise<void> {
    if (session.remoteSettings.enableConnectProtocol !== true) await once(session, 'remoteSettings');
  }
});

describe('a connection by HTTP/2', () => {
  test('that gives up requests as fast as it makes them is ended', async () => {
    await serve(() => undefined);
    let farewell: number | undefined;
    session.once('goaway', (code) => (farewell = code));
    for (let turn = 0; turn < 300 && !session.destroyed; turn += 1) {
      const stream = session.request(place).on('error', () => undefined);
      await new Promise((resolve) => void setImmediate(resolve));
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await waitFor(() => farewell === constants.NGHTTP2_ENHANCE_YOUR_CALM, { deadlineMs: 5_000 });
    expect(edge.lines.join('')).toContain('gives up too many requests');
  });

  test('has only so many requests under way', async () => {
    await waitFor(() => session.remoteSettings.maxConcurrentStreams === 128, { deadlineMs: 5_000 });
  });

  test('with a head too large has that request refused, and no other', async () => {
    const headers = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`x-${at}`, 'y'.repeat(1_000)]));
    const answer = await visitHttp2(session, headers).then(
      ({ status }) => status,
      () => 'reset',
    );
    expect([431, 'reset']).toContain(answer);
    if (session.destroyed) session = await openHttp2(edge.securePort);
    expect((await visitHttp2(session)).status).toBe(200);
  });

  test('is told when the edge stops, and what is under way ends', async () => {
    const letGo = Promise.withResolvers<void>();
    await serve((_, response) => void letGo.promise.then(() => response.end('done')));
    const answer = visitHttp2(session);
    await waitFor(() => app.sockets.size === 1, { deadlineMs: 5_000 });
    const farewell = once(session, 'goaway') as Promise<[number]>;
    await edge.order(edgeCalls.stop, { graceMs: 10_000 });
    expect((await farewell)[0]).toBe(constants.NGHTTP2_NO_ERROR);
    letGo.resolve();
    expect((await answer).body).toBe('done');
    await edge.server.ended;
  });

  test('that is idle is closed when the edge stops', async () => {
    await visitHttp2(session);
    const closed = once(session, 'close');
    await edge.order(edgeCalls.stop, { graceMs: 10_000 });
    await closed;
    await edge.server.ended;
  });
});

/** The value once it stays the same for a few looks. */
async function settled(read: () => number): Promise<number> {
  let [value, same] = [-1, 0];
  await waitFor(
    () => {
      same = read() === value ? same + 1 : 0;
      value = read();
      return same === 10;
    },
    { deadlineMs: 10_000 },
  );
  return value;
}
