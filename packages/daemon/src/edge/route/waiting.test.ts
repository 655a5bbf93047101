import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EdgeRoute, WaitingRoute } from '../../core/route-table.ts';
import { findDeadPort, routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestPlane, type TestPlane } from '../testing/plane.ts';
import { openRaw, visit } from '../testing/visitor.ts';

let plane: TestPlane;
let app: TestApp;
beforeEach(async () => {
  app = await startApp();
  plane = await openTestPlane();
});
afterEach(async () => {
  plane.close();
  await app.close();
});

const browser = { accept: 'text/html,application/xhtml+xml' };

function away(waiting: WaitingRoute, more: Partial<EdgeRoute> = {}): EdgeRoute {
  return routeTo([], { unavailable: 'The app is being deployed.', options: { waiting }, ...more });
}

function ask(headers: Record<string, string> = browser, method = 'GET') {
  return visit({ port: plane.port, method, headers });
}

describe('an app that is not there yet', () => {
  test('shows a browser a page that waits, and says why', async () => {
    plane.plane.routes.replace([away({ title: 'One moment', text: 'It is large.', logs: '/logs' })]);
    const { status, headers, body } = await ask();
    expect([status, headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['berth-waiting']).toBe('The%20app%20is%20being%20deployed.');
    expect(headers['retry-after']).toBe('2');
    for (const text of ['<h1>One moment</h1>', 'It is large.', 'The app is being deployed.', 'href="/logs"'])
      expect(body).toContain(text);
  });

  test('tells a program so, and everybody where that is said', async () => {
    plane.plane.routes.replace([away({})]);
    const { status, headers } = await ask({ accept: '*/*' });
    expect([status, headers['content-type']]).toEqual([503, 'application/problem+json']);
    expect(headers['berth-waiting']).toBeDefined();
    plane.plane.routes.replace([away({ always: true })]);
    expect((await ask({ accept: '*/*' })).headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test.each(['POST', 'PUT', 'DELETE'])('answers %s with 503, and no page that waits', async (method) => {
    plane.plane.routes.replace([away({ always: true })]);
    const { status, body } = await ask({ accept: '*/*' }, method);
    expect(status).toBe(503);
    expect(body).not.toContain('<script>');
  });

  test('answers HEAD with the head of the page alone', async () => {
    plane.plane.routes.replace([away({ always: true })]);
    const visitor = await openRaw(plane.port, 'HEAD / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n');
    await visitor.closed;
    expect(visitor.heard()).toMatch(/^HTTP\/1\.1 503 [^]*\r\n\r\n$/);
    expect(visitor.heard()).toContain('Berth-Waiting: ');
  });

  test('says so until the time without a script is over, and begins anew then', async () => {
    plane.plane.routes.replace([away({ giveUpSeconds: 10 }, { pathPrefix: '/a' })]);
    const get = (cookie: string) => visit({ port: plane.port, path: '/a/b', headers: { ...browser, cookie } });
    const first = await get('other=1');
    const [, since = ''] =
      /berth-waiting=(\d+); Path=\/a; Max-Age=70; HttpOnly/.exec(String(first.headers['set-cookie'])) ?? [];
    expect(first.body).toContain('http-equiv="refresh"');
    const over = await get(`x=y; berth-waiting=${Number(since) - 11}`);
    expect(over.body).not.toContain('http-equiv="refresh"');
    expect(over.body).toContain('<p id="over">');
    expect(String(over.headers['set-cookie'])).toContain('Max-Age=0');
    for (const odd of ['999999999999', 'x', '-1'])
      expect((await get(`berth-waiting=${odd}`)).body).toContain('http-equiv="refresh"');
  });
});

test('an app that does not listen yet is waited for as well', async () => {
  const dead = { instance: 'one', host: '127.0.0.1', port: await findDeadPort() };
  plane.plane.routes.replace([routeTo([dead], { options: { waiting: {} } })]);
  const { status, body } = await ask();
  expect(status).toBe(503);
  expect(body).toContain('Please wait');
});

test('an app that answers with an error of its own is not waited for', async () => {
  await app.close();
  app = await startApp((_, response) => response.writeHead(503).end('mine'));
  plane.plane.routes.replace([routeTo([app.target('one')], { options: { waiting: { always: true } } })]);
  expect(await ask()).toMatchObject({ status: 503, body: 'mine' });
});
