import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { edgeCalls } from '../../core/edge-control.ts';
import { type Echo, routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';
import { openRaw, visit } from '../testing/visitor.ts';

let edge: TestEdge;
let app: TestApp;
beforeEach(async () => {
  [edge, app] = await Promise.all([openTestEdge(), startApp()]);
});
afterEach(async () => Promise.all([edge.close(), app.close()]));

const mounted = { pathPrefix: '/docker/one', stripPrefix: true };

async function cookiesOf(cookie: string, dropCookies: readonly string[]): Promise<string | undefined> {
  await edge.replace(routeTo([app.target('one')], { options: { dropCookies } }));
  const { body } = await visit({ port: edge.port, headers: { cookie } });
  return (JSON.parse(body) as Echo).headers['cookie'];
}

describe('cookies that the app is not to get', () => {
  test.each([
    ['sessionid=1; a=b', 'a=b'],
    ['a=b; sessionid=1; c="d=e"', 'a=b; c="d=e"'],
    ['sessionid=1', undefined],
    ['sessionid', undefined],
    ['xsessionid=1; sessionid2=3', 'xsessionid=1; sessionid2=3'],
    [' sessionid = 1 ;a=b;;', 'a=b'],
    ['a=b', 'a=b'],
  ])('are taken out of %j', async (cookie, left) => {
    expect(await cookiesOf(cookie, ['sessionid', 'csrftoken'])).toBe(left);
  });

  test('are taken out of each of several lines', async () => {
    await edge.replace(routeTo([app.target('one')], { options: { dropCookies: ['s'] } }));
    const lines = 'Host: app.test\r\nCookie: s=1; a=b\r\ncookie: c=d\r\nCOOKIE: s=2\r\nConnection: close';
    const visitor = await openRaw(edge.port, `GET / HTTP/1.1\r\n${lines}\r\n\r\n`);
    await visitor.closed;
    expect(visitor.heard()).toContain('"cookie":"a=b; c=d"');
    expect(visitor.heard()).not.toContain('s=1');
  });
});

describe('the prefix itself', () => {
  test.each([
    ['/docker/one', '/docker/one/'],
    ['/docker/one?a=%2F', '/docker/one/?a=%2F'],
  ])('%s is sent to %s', async (path, location) => {
    await edge.replace(routeTo([app.target('one')], { ...mounted, options: { slash: true } }));
    const { status, headers } = await visit({ port: edge.port, path, method: 'POST' });
    expect([status, headers.location]).toEqual([308, location]);
  });

  test('is a redirect for that path alone', async () => {
    await edge.replace(routeTo([app.target('one')], { ...mounted, options: { slash: true } }));
    const { body } = await visit({ port: edge.port, path: '/docker/one/a//b%2F?c' });
    expect((JSON.parse(body) as Echo).url).toBe('/a//b%2F?c');
  });
});

describe('the last requests', () => {
  const read = () => edge.order(edgeCalls.history, { app: 'app' }) as Promise<{ at: number; path: string }[]>;

  test('are remembered as the app got them, without queries, and no more than asked for', async () => {
    await edge.replace(routeTo([app.target('one')], { ...mounted, options: { history: 3 } }));
    const before = Date.now();
    for (const path of ['/docker/one/a', '/docker/one/b?secret=1', '/docker/one', '/docker/one/c%2F', '/docker/one/d'])
      await visit({ port: edge.port, path });
    expect((await read()).map(({ path }) => path)).toEqual(['/', '/c%2F', '/d']);
    expect((await read())[0]?.at).toBeGreaterThanOrEqual(before);
    for (let count = 0; count < 20; count += 1) await visit({ port: edge.port, path: `/docker/one/${count}` });
    expect((await read()).map(({ path }) => path)).toEqual(['/17', '/18', '/19']);
  });

  test('are none where nobody asked for them, or where no instance took them', async () => {
    await edge.replace(routeTo([app.target('one')]));
    await visit({ port: edge.port });
    expect(await read()).toEqual([]);
    await edge.replace(routeTo([], { options: { history: 3 } }));
    await visit({ port: edge.port });
    expect(await read()).toEqual([]);
  });

  test('are forgotten with their routes', async () => {
    await edge.replace(routeTo([app.target('one')], { options: { history: 3 } }));
    await visit({ port: edge.port });
    await edge.replace();
    await edge.replace(routeTo([app.target('one')], { options: { history: 3 } }));
    expect(await read()).toEqual([]);
  });
});
