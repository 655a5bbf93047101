import { once } from 'node:events';
import type { ClientHttp2Session, IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { edgeCalls } from '../../core/edge-control.ts';
import type { RouteOptions } from '../../core/route-table.ts';
import { findDeadPort, routeTo } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { answerGrpc, type H2cApp, type H2cListener, startH2cApp } from '../testing/h2c-app.ts';
import { hearHttp2Answer, openHttp2, visitHttp2 } from '../testing/http2-visitor.ts';
import { selfSign } from '../testing/self-signed.ts';
import { openSocket } from '../testing/socket-app.ts';
import { beginVisit, openRaw, visit } from '../testing/visitor.ts';

const options = { protocol: 'h2c' } as const;
const grpc = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };

let edge: TestEdge;
let session: ClientHttp2Session;
const apps: H2cApp[] = [];
beforeEach(async () => {
  edge = await openTestEdge({ https: ['127.0.0.1:0'] });
  await edge.order(edgeCalls.certificates, [selfSign(['app.test'])]);
  session = await openHttp2(edge.securePort);
});
afterEach(async () => {
  session.destroy();
  await edge.close();
  await Promise.all(apps.splice(0).map(async (app) => app.close()));
});

describe('an app that speaks HTTP/2', () => {
  test('is asked in its own words, by visitors of either kind', async () => {
    const heard: IncomingHttpHeaders[] = [];
    await serve((stream, headers) => {
      heard.push(headers);
      stream.respond({ ':status': 201, 'x-app': 'yes' });
      stream.end('hello');
    });
    const [one, two] = [await visit({ port: edge.port, path: '/a?b' }), await visitHttp2(session, { ':path': '/a?b' })];
    expect([one.status, one.body, one.headers['x-app']]).toEqual([201, 'hello', 'yes']);
    expect([two.status, two.body, two.headers['x-app']]).toEqual([201, 'hello', 'yes']);
    for (const headers of heard)
      expect(headers).toMatchObject({
        ':method': 'GET',
        ':path': '/a?b',
        ':authority': 'app.test',
        ':scheme': 'http',
        te: 'trailers',
        'x-forwarded-for': '127.0.0.1',
      });
  });

  test('gets bodies, and trailers behind them, and sends its own', async () => {
    await serve((stream, headers) => void echoGrpc(stream, headers));
    const stream = session.request(place(grpc), { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }));
    stream.end('message');
    const { body, trailers } = await hearHttp2Answer(stream);
    expect(JSON.parse(body)).toMatchObject({ body: 'message', trailers: { 'x-sum': '42' } });
    expect(trailers).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'fine' });
  });

  test('answers visitors by HTTP/1.1 with trailers, too', async () => {
    await serve((stream, headers) => void echoGrpc(stream, headers));
    const { body, trailers } = await visit({ port: edge.port, method: 'POST', body: 'message' });
    expect(JSON.parse(body)).toMatchObject({ body: 'message' });
    expect(trailers).toMatchObject({ 'grpc-status': '0' });
  });

  test('may fail with nothing but a head', async () => {
    await serve((stream) =>
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true }),
    );
    const { headers, body } = await visitHttp2(session, grpc, 'message');
    expect([headers['grpc-status'], body]).toEqual(['12', '']);
  });

  test('talks with its visitor message by message, both ways', async () => {
    await serve((stream) => {
      stream.respond({ ':status': 200 });
      stream.on('data', (chunk: Buffer) => stream.write(`<${chunk.toString()}>`));
      stream.once('end', () => stream.end('over'));
    });
    const stream = session.request(place(grpc));
    let heard = '';
    stream.setEncoding('utf8').on('data', (part: string) => (heard += part));
    for (const word of ['one', 'two', 'three']) {
      stream.write(word);
      await waitFor(() => heard.endsWith(`<${word}>`), { deadlineMs: 5_000, what: word });
    }
    stream.end();
    await once(stream, 'end');
    expect(heard).toBe('<one><two><three>over');
  });

  test('is asked by all visitors over few connections', async () => {
    const letGo = Promise.withResolvers<void>();
    let count = 0;
    const app = await serve((stream) => {
      count += 1;
      void letGo.promise.then(() => answer(stream, 'done'));
    });
    const first = visit({ port: edge.port });
    await waitFor(() => count === 1, { deadlineMs: 5_000 });
    const others = Array.from({ length: 120 }, async () => visit({ port: edge.port }));
    await waitFor(() => count === 121, { deadlineMs: 5_000 });
    expect(app.sessions.size).toBe(2);
    letGo.resolve();
    expect((await Promise.all([first, ...others])).every(({ body }) => body === 'done')).toBe(true);
  });

  test.each(['HEAD', 'GET'])('answers %s with 204 and 304 without a body', async (method) => {
    for (const status of [204, 304]) {
      await serve((stream) => stream.respond({ ':status': status }, { endStream: true }));
      expect(await visit({ port: edge.port, method })).toMatchObject({ status, body: '' });
    }
  });

  test('says something before its answer', async () => {
    await serve((stream) => {
      stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
      answer(stream, 'done');
    });
    expect(await visitHttp2(session)).toMatchObject({ interim: [103], body: 'done' });
  });

  test('gets large bodies whole, and sends them', async () => {
    const size = 10_000_000;
    let received = 0;
    await serve((stream) => {
      stream.on('data', (chunk: Buffer) => (received += chunk.length));
      stream.once('end', () => answer(stream, Buffer.alloc(size, 'x')));
    });
    const { body } = await visit({ port: edge.port, method: 'PUT', body: Buffer.alloc(size, 'y') });
    expect([received, body.length]).toEqual([size, size]);
  });
});

describe('an app that speaks HTTP/2 and fails', () => {
  test('in the middle of its answer does not look whole', async () => {
    await serve((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('half');
      setImmediate(() => stream.destroy(new Error('broken')));
    });
    await expect(visitHttp2(session)).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
    await expect(visit({ port: edge.port })).rejects.toThrow('aborted');
  });

  test('before its answer is told of as such', async () => {
    await serve((stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    expect((await visitHttp2(session)).status).toBe(502);
  });

  test('to understand the rules is told of as such', async () => {
    await edge.replace(routeTo([{ instance: 'one', host: '127.0.0.1', port: edge.port }], { options }));
    expect((await visit({ port: edge.port })).status).toBe(502);
  });

  test('to take connections leaves its visitors to another instance', async () => {
    const app = await startH2cApp((stream) => answer(stream, 'other'));
    apps.push(app);
    const dead = { instance: 'dead', host: '127.0.0.1', port: await findDeadPort() };
    await edge.replace(routeTo([dead, app.target('other')], { options }));
    for (let turn = 0; turn < 3; turn += 1)
      expect(await visit({ port: edge.port, method: 'POST', body: 'x' })).toMatchObject({ status: 200, body: 'other' });
  });

  test('and comes back is asked over a fresh connection', async () => {
    const app = await serve((stream) => answer(stream, 'one'));
    expect((await visit({ port: edge.port })).body).toBe('one');
    await app.close();
    apps.push(await startH2cApp((stream) => answer(stream, 'two'), app.port));
    expect((await visit({ port: edge.port })).body).toBe('two');
  });

  test('to answer in time is not waited for', async () => {
    await serve(() => undefined, { ...options, limits: { answerSeconds: 1 } });
    expect((await visit({ port: edge.port })).status).toBe(504);
  });
});

describe('draining an app that speaks HTTP/2', () => {
  test('waits for what is under way and closes the connection', async () => {
    const letGo = Promise.withResolvers<void>();
    const app = await serve((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('begin ');
      void letGo.promise.then(() => stream.end('end'));
    });
    const answered = await beginVisit({ port: edge.port });
    await edge.replace();
    let isDrained = false;
    const drained = edge.drain('one', 60_000).then(() => (isDrained = true));
    await edge.facts();
    expect(isDrained).toBe(false);
    letGo.resolve();
    expect(Buffer.concat(await answered.toArray()).toString()).toBe('begin end');
    await drained;
    await waitFor(() => app.sessions.size === 0, { deadlineMs: 5_000 });
  });
});

test('a visitor who leaves is gone for the app, too', async () => {
  let code: number | undefined;
  await serve((stream) => {
    stream.respond({ ':status': 200 });
    stream.write('x');
    stream.once('close', () => (code = stream.rstCode));
  });
  const visitor = await openRaw(edge.port, 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n');
  await waitFor(() => visitor.heard().includes('x'), { deadlineMs: 5_000 });
  visitor.socket.destroy();
  await waitFor(() => code === constants.NGHTTP2_CANCEL, { deadlineMs: 5_000 });
});

test('a WebSocket is refused in words, and the app hears of nothing', async () => {
  let asked = 0;
  await serve((stream) => {
    asked += 1;
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  const visitor = await openSocket(edge.port);
  await visitor.closed;
  expect(visitor.heard()).toMatch(/^HTTP\/1\.1 501 /);
  const connect = { ':method': 'CONNECT', ':protocol': 'websocket', 'sec-websocket-version': '13' };
  await waitFor(() => session.remoteSettings.enableConnectProtocol === true, { deadlineMs: 5_000 });
  const { status, body } = await hearHttp2Answer(session.request(place(connect), { endStream: false }));
  expect([status, JSON.parse(body)]).toMatchObject([501, { type: 'urn:berth:edge:no-websocket-here' }]);
  expect(asked).toBe(0);
});

async function serve(listener: H2cListener, routeOptions: RouteOptions = options): Promise<H2cApp> {
  const app = await startH2cApp(listener);
  apps.push(app);
  await edge.replace(routeTo([app.target('one')], { options: routeOptions }));
  return app;
}

function place(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return { ':path': '/', ':authority': 'app.test', ...headers };
}

function answer(stream: ServerHttp2Stream, body: string | Buffer): void {
  stream.respond({ ':status': 200 });
  stream.end(body);
}

async function echoGrpc(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  let trailers: IncomingHttpHeaders = {};
  stream.once('trailers', (late) => (trailers = late));
  const body = Buffer.concat((await stream.toArray()) as Buffer[]).toString();
  answerGrpc(stream, Buffer.from(JSON.stringify({ body, trailers, path: headers[':path'] })));
}
