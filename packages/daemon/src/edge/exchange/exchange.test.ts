import { Agent, type RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Echo, echo, routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { openRaw, visit, type VisitWish } from '../testing/visitor.ts';

let edge: TestEdge;
let app: TestApp;
let listener: RequestListener;
beforeEach(async () => {
  listener = echo;
  app = await startApp((request, response) => listener(request, response));
  edge = await openTestEdge({ http: ['127.0.0.1:0', '[::1]:0'] });
  await edge.replace(routeTo([app.target('one')]));
});
afterEach(async () => {
  await edge.close();
  await app.close();
});

const ask = async (wish: Partial<VisitWish> = {}): Promise<Echo> =>
  JSON.parse((await visit({ port: edge.port, ...wish })).body) as Echo;

describe('a request arrives', () => {
  test('with its method, target, body and headers', async () => {
    const got = await ask({ method: 'PATCH', path: '/a/b//?c=%20', headers: { 'x-mine': 'caf\xe9' }, body: 'hello' });
    expect(got).toMatchObject({ method: 'PATCH', url: '/a/b//?c=%20', body: 'hello' });
    expect(got.headers).toMatchObject({ host: 'app.test', 'x-mine': 'caf\xe9', 'content-length': '5' });
  });

  test('with the host as it was sent', async () => {
    const got = await ask({ host: 'APP.test:8080' });
    expect(got.headers['host']).toBe('APP.test:8080');
    expect(got.headers['x-forwarded-host']).toBe('APP.test:8080');
  });

  test('with the truth about its visitor, whatever that one says', async () => {
    const { headers } = await ask({
      headers: { 'x-forwarded-for': '6.6.6.6', x_forwarded_for: '6.6.6.6', connection: 'x-forwarded-for' },
    });
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(headers).not.toHaveProperty('x_forwarded_for');
  });

  test('over IPv6', async () => {
    const port = Number(edge.server.hello().addresses[1]?.split(':').at(-1));
    expect((await ask({ port, address: '::1' })).headers['forwarded']).toBe('for="[::1]";proto=http;host="app.test"');
  });

  test('with its trailers', async () => {
    const bytes =
      'POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\nCookie: evil\r\n\r\n';
    const visitor = await openRaw(edge.port, bytes);
    await visitor.closed;
    expect(visitor.heard()).toContain('"trailers":{"x-sum":"7"}');
  });

  test('without an announcement of trailers that cannot come', async () => {
    const bytes =
      'POST / HTTP/1.1\r\nHost: app.test\r\nTrailer: X-Sum\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
    const visitor = await openRaw(edge.port, bytes);
    await visitor.closed;
    expect(visitor.heard()).toContain('"body":"hello"');
    expect(visitor.heard()).not.toContain('X-Sum');
  });

  test('without the prefix, where its route says so, and told of it', async () => {
    await edge.replace(routeTo([app.target('one')], { pathPrefix: '/a', stripPrefix: true }));
    expect((await ask({ path: '/a?b' })).url).toBe('/?b');
    expect((await ask({ path: '/a/b/c?d' })).url).toBe('/b/c?d');
    expect((await ask({ path: '/a/' })).headers['x-forwarded-prefix']).toBe('/a');
    expect((await visit({ port: edge.port, path: '/ab' })).status).toBe(404);
  });
});

describe('an answer arrives', () => {
  test('as the app gave it: Location untouched, cookies apart, unknown status text kept', async () => {
    listener = (_, response) => {
      response
        .writeHead(302, 'Somewhere Else', [
          'Location',
          'http://127.0.0.1:1/x',
          'Set-Cookie',
          'a=1',
          'Set-Cookie',
          'b=2',
        ])
        .end();
    };
    const { status, rawHeaders, headers } = await visit({ port: edge.port });
    expect(status).toBe(302);
    expect(headers.location).toBe('http://127.0.0.1:1/x');
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(rawHeaders.filter((text) => text === 'Date')).toHaveLength(1);
  });

  test('without what was meant for the edge', async () => {
    listener = (_, response) => {
      response
        .writeHead(200, { connection: 'x-inner', 'x-inner': '1', 'proxy-connection': 'close', 'x-outer': '2' })
        .end('a');
    };
    const { headers } = await visit({ port: edge.port });
    expect(headers).toMatchObject({ 'x-outer': '2' });
    expect(headers).not.toHaveProperty('x-inner');
    expect(headers).not.toHaveProperty('proxy-connection');
  });

  test('to HEAD with its length and no body', async () => {
    listener = (_, response) => void response.writeHead(200, { 'content-length': '1234' }).end();
    const { headers, body } = await visit({ port: edge.port, method: 'HEAD' });
    expect([headers['content-length'], body]).toEqual(['1234', '']);
  });

  test.each([204, 304])('%i without a body, and the connection can be used again', async (status) => {
    listener = (_, response) => void response.writeHead(status, { etag: '"x"' }).end();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers = [await visit({ port: edge.port, agent }), await visit({ port: edge.port, agent })];
    expect(answers.map((answer) => [answer.status, answer.headers.etag, answer.body])).toEqual([
      [status, '"x"', ''],
      [status, '"x"', ''],
    ]);
    agent.destroy();
  });

  test('with its trailers', async () => {
    listener = (_, response) => {
      response.writeHead(200, { trailer: 'X-Sum' });
      response.write('a');
      response.addTrailers({ 'X-Sum': '7' });
      response.end();
    };
    const { headers, trailers } = await visit({ port: edge.port });
    expect([headers.trailer, trailers['x-sum']]).toEqual(['X-Sum', '7']);
  });

  test.each([
    ['to HEAD', 'HEAD / HTTP/1.1', { trailer: 'X-Sum', 'transfer-encoding': 'chunked' }],
    ['to HTTP/1.0', 'GET / HTTP/1.0', { trailer: 'X-Sum', 'transfer-encoding': 'chunked' }],
    ['with no body', 'GET / HTTP/1.1', { trailer: 'X-Sum' }],
  ])('%s without the trailers it announced', async (_, line, headers) => {
    listener = (request, response) => {
      const isEmpty = !('transfer-encoding' in headers);
      const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const body = isEmpty || request.method === 'HEAD' ? '' : '1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n';
      response.socket?.end(`HTTP/1.1 200 OK\r\n${head.join('')}${isEmpty ? 'Content-Length: 0\r\n' : ''}\r\n${body}`);
    };
    const visitor = await openRaw(edge.port, `${line}\r\nHost: app.test\r\nConnection: close\r\n\r\n`);
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 200 /);
    expect(visitor.heard()).not.toMatch(/trailer/i);
  });

  test('to HTTP/1.0 without chunks', async () => {
    listener = (_, response) => {
      response.write('a');
      response.end('b');
    };
    const visitor = await openRaw(edge.port, 'GET / HTTP/1.0\r\nHost: app.test\r\n\r\n');
    await visitor.closed;
    expect(visitor.heard()).toMatch(/\r\n\r\nab$/);
  });

  test('after early hints', async () => {
    listener = (_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('a');
    };
    const visitor = await openRaw(edge.port, 'GET / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n');
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1.1 103 [^]*<\/a.css>[^]*HTTP\/1.1 200 /);
  });
});

describe('a visitor who waits for 100 before the body', () => {
  const head =
    'POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n';

  test('is let go on by the app', async () => {
    app.server.on('checkContinue', (request, response) => {
      response.writeContinue();
      echo(request, response);
    });
    const visitor = await openRaw(edge.port, head);
    await expect.poll(() => visitor.heard()).toContain('HTTP/1.1 100 Continue');
    visitor.socket.write('hello');
    await visitor.closed;
    expect(visitor.heard()).toContain('"body":"hello"');
  });

  test('is told no by the app', async () => {
    app.server.on('checkContinue', (_, response) => void response.writeHead(413).end());
    const visitor = await openRaw(edge.port, head);
    await expect.poll(() => visitor.heard()).toContain('HTTP/1.1 413');
    expect(visitor.heard()).not.toContain('100 Continue');
    visitor.socket.destroy();
  });
});

describe('the edge itself answers', () => {
  test('an unknown host, with no word on who is known', async () => {
    const { status, headers, body } = await visit({
      port: edge.port,
      host: 'other.test',
      headers: { accept: 'text/html' },
    });
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(body).not.toMatch(/app\.test|127\.0\.0\.1/);
  });

  test('a route without instances, with the reason', async () => {
    await edge.replace(routeTo([], { unavailable: 'The app is paused.' }));
    const { status, headers, body } = await visit({ port: edge.port, method: 'POST', body: 'hello' });
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([503, 'application/problem+json', '2']);
    expect(JSON.parse(body)).toMatchObject({ status: 503, detail: 'The app is paused.' });
  });

  test.each([
    ['two framings', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['nothing like HTTP', 'SSH-2.0-OpenSSH\r\n'],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
  ])('for an app that answers with %s', async (_, bytes) => {
    listener = (request) => void request.socket.end(bytes, 'latin1');
    const { status, body } = await visit({ port: edge.port, method: 'POST', body: 'x' });
    expect(status).toBe(502);
    expect(body).not.toMatch(/127\.0\.0\.1|ECONN|HPE_/);
  });
});

test('the facts tell bytes, answers by class and the last activity', async () => {
  await visit({ port: edge.port, method: 'POST', body: 'hello' });
  listener = (_, response) => void response.writeHead(404).end('nope!');
  await visit({ port: edge.port });
  await expect.poll(async () => (await edge.facts()).apps['app']?.['inFlight']).toBe(0);
  const { apps, startedAtMs } = await edge.facts();
  expect(apps['app']).toMatchObject({ requests: 2, statuses: [0, 1, 0, 1, 0], bytesIn: 5, openSockets: 0 });
  expect(apps['app']?.['bytesOut']).toBeGreaterThan(5);
  expect(apps['app']?.['lastActivityMs']).toBeGreaterThanOrEqual(startedAtMs);
});
