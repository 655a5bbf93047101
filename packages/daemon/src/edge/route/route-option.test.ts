import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import type { RouteOptions } from '../../core/route-table.ts';
import { findDeadPort, routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { openRaw, visit, type VisitWish } from '../testing/visitor.ts';

let edge: TestEdge;
let app: TestApp;
beforeEach(async () => {
  app = await startApp();
  edge = await openTestEdge();
});
afterEach(async () => {
  await edge.close();
  await app.close();
});

const ask = (wish: Partial<VisitWish> = {}) => visit({ port: edge.port, ...wish });
const until = (condition: () => boolean | Promise<boolean>, what: string) =>
  waitFor(condition, { deadlineMs: 10_000, what });
const serve = (options: RouteOptions) => edge.replace(routeTo([app.target('a')], { options }));

describe('a route that leads elsewhere', () => {
  test('says where, with the rest of the path, and the connection goes on', async () => {
    const redirect = { to: 'https://new.test/base', status: 308, keepPath: true } as const;
    await edge.replace(routeTo([], { options: { redirect } }));
    const raw = await openRaw(edge.port, 'GET /a/b?c=d HTTP/1.1\r\nHost: app.test\r\n\r\n');
    await until(() => raw.heard().includes('308'), 'the redirect');
    raw.socket.write('POST /e HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi');
    await raw.closed;
    expect(raw.heard().match(/^location: .*$/gim)).toEqual([
      'Location: https://new.test/base/a/b?c=d',
      'Location: https://new.test/base/e',
    ]);
  });

  test('to https keeps host, path and query', async () => {
    await serve({ requireTls: true });
    const read = await ask({ path: '/a?b=c' });
    expect([read.status, read.headers.location]).toEqual([301, 'https://app.test/a?b=c']);
    expect((await ask({ method: 'POST', body: 'x' })).status).toBe(308);
  });
});

test('an app that is worked on is not asked, and visitors read why', async () => {
  await serve({ maintenance: 'Back at noon.' });
  const { status, headers, body } = await ask({ headers: { accept: 'text/html' } });
  expect([status, headers['retry-after']]).toEqual([503, '2']);
  expect(body).toContain('Back at noon.');
  expect(app.sockets.size).toBe(0);
});

describe('a limit', () => {
  test('of the body refuses by what is said of its length, before the app hears of it', async () => {
    await serve({ limits: { bodyBytes: 5 } });
    expect((await ask({ method: 'POST', body: '12345' })).status).toBe(200);
    const before = app.sockets.size;
    const { status, body } = await ask({ method: 'POST', body: '123456' });
    expect([status, JSON.parse(body)]).toMatchObject([413, { type: 'urn:berth:edge:body-too-large' }]);
    expect(app.sockets.size).toBe(before);
  });

  test('of the body refuses by what has come where nothing was said', async () => {
    await serve({ limits: { bodyBytes: 5 } });
    const head = 'POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n';
    const raw = await openRaw(edge.port, `${head}3\r\n123\r\n`);
    raw.socket.write('3\r\n456\r\n');
    await until(() => raw.heard().includes('HTTP/1.1 413'), 'the refusal');
    raw.socket.destroy();
  });

  test('of requests at a time refuses what comes beyond, until one is over', async () => {
    await serve({ limits: { concurrency: 1 } });
    const slow = await openRaw(edge.port, 'POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\n\r\n123');
    await until(() => app.sockets.size === 1, 'the first request at the app');
    expect((await ask()).status).toBe(503);
    slow.socket.write('45');
    await until(() => slow.heard().includes('HTTP/1.1 200'), 'the first answer');
    expect((await ask()).status).toBe(200);
    slow.socket.destroy();
  });

  test('of requests per second is one address’s own', async () => {
    await serve({ limits: { requestsPerSecond: 0.1 } });
    expect((await ask()).status).toBe(200);
    const { status, headers } = await ask();
    expect([status, headers['retry-after']]).toEqual([429, '10']);
  });
});

test('visitors of a sticky route stay with their instance, and move when it is gone', async () => {
  const others = await Promise.all(['b', 'c'].map(async (name) => ({ name, app: await startApp(nameOf(name)) })));
  const own = await startApp(nameOf('a'));
  const targets = [own.target('a'), ...others.map((one) => one.app.target(one.name))];
  await edge.replace(routeTo(targets, { options: { sticky: true } }));
  const first = await ask();
  const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  for (let at = 0; at < 6; at += 1) {
    const again = await ask({ headers: { cookie: `theme=dark; ${cookie}` } });
    expect([again.body, again.headers['set-cookie']]).toEqual([first.body, undefined]);
  }
  const rest = targets.filter(({ instance }) => instance !== first.body);
  await edge.replace(routeTo(rest, { options: { sticky: true } }));
  const moved = await ask({ headers: { cookie } });
  expect(moved.body).not.toBe(first.body);
  expect(moved.headers['set-cookie']?.[0]).toMatch(/^berth-instance=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
  await Promise.all([own, ...others.map((one) => one.app)].map((one) => one.close()));
});

test('an instance that takes no connections costs no visitor, and has its share again once it listens', async () => {
  const port = await findDeadPort();
  await edge.replace(routeTo([{ instance: 'dead', host: '127.0.0.1', port }, app.target('alive')]));
  for (let at = 0; at < 10; at += 1) expect((await ask()).status).toBe(200);
  const late = createServer(nameOf('late')).listen(port, '127.0.0.1');
  await once(late, 'listening');
  await until(async () => (await ask()).body === 'late', 'the instance that listens now');
  late.close();
  late.closeAllConnections();
});

test('hosts below a wildcard reach its app, those with a route of their own do not', async () => {
  await edge.replace(
    routeTo([app.target('a')], { host: '*.pages.test' }),
    routeTo([], { host: 'own.pages.test', unavailable: 'The app is paused.' }),
  );
  const statuses = await Promise.all(
    ['x.pages.test', 'y.x.pages.test', 'own.pages.test', 'pages.test'].map(
      async (host) => (await ask({ host })).status,
    ),
  );
  expect(statuses).toEqual([200, 200, 503, 404]);
});

test('a change of hosts is seen by connections that are open', async () => {
  await edge.replace(routeTo([app.target('a')], { host: '*.pages.test' }));
  const request = 'GET / HTTP/1.1\r\nHost: own.pages.test\r\n\r\n';
  const raw = await openRaw(edge.port, request);
  await until(() => raw.heard().includes('HTTP/1.1 200'), 'the first answer');
  await edge.apply({ put: [routeTo([], { host: 'own.pages.test', unavailable: 'Paused.' })], remove: [] });
  raw.socket.write(request);
  await until(() => raw.heard().includes('HTTP/1.1 503'), 'the second answer');
  raw.socket.destroy();
});

function nameOf(name: string): RequestListener {
  return (request, response) => void request.resume().once('end', () => response.end(name));
}
