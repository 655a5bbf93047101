import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryEdge } from '../../adapters/memory-edge/memory-edge.ts';
import { type EdgeRoute, routeKey } from '../../core/route-table.ts';
import { noOwners } from './edge-routes.ts';
import { defaultProxyOptions, type ProxyOptions } from './proxy-options.ts';
import { type BoardParts, type KeptRoute, RouteBoard } from './route-board.ts';

let edge: MemoryEdge;
let nowMs: number;
beforeEach(() => {
  edge = new MemoryEdge();
  nowMs = Date.parse('2026-11-20T12:00:00Z');
});

function open(options: Partial<ProxyOptions> = {}, parts: Partial<BoardParts> = {}): RouteBoard {
  const whole = { ...defaultProxyOptions, ...options };
  return new RouteBoard({ edge, options: whole, owners: noOwners, nowMs: () => nowMs, ...parts });
}

const byKey = (routes: readonly EdgeRoute[]) => new Map(routes.map((route) => [routeKey(route), route]));
const places = () => edge.routes.map(routeKey).toSorted();

describe('a route', () => {
  test('is where visitors are sent once it is posted, and no more once it is removed', async () => {
    const board = open();
    await board.put('/user/zoe', { target: 'http://127.0.0.1:9000' });
    expect(edge.visit('any.host', '/user/zoe/tree')?.instance).toBe('http://127.0.0.1:9000');
    expect(await board.remove('/user/zoe')).toBe(true);
    expect(edge.routes).toEqual([]);
    expect(await board.remove('/user/zoe')).toBe(false);
  });

  test('is shown as it was posted, with its last activity', async () => {
    const board = open();
    const data = { jupyterhub: true, user: 'zoe', last_activity: 'never', deep: { a: [1] }, target: 'http://h' };
    await board.put('/user/zoe', data);
    expect(await board.find('/user/zoe')).toEqual({ ...data, last_activity: '2026-11-20T12:00:00.000Z' });
    expect(await board.find('/user')).toBeUndefined();
  });

  test('posted again is another one: what was remembered of it is gone', async () => {
    const board = open();
    await board.put('/a', { target: 'http://one', n: 1 });
    nowMs += 60_000;
    await board.put('/a', { target: 'http://two' });
    expect(await board.list()).toEqual({ '/a': { target: 'http://two', last_activity: '2026-11-20T12:01:00.000Z' } });
    expect(edge.visit('h', '/a')?.instance).toBe('http://two');
  });

  test('whose target is no URL is refused', async () => {
    await expect(open().put('/a', { target: 'nowhere' })).rejects.toMatchObject({ status: 400 });
  });

  test('that somebody used lately is left out of those inactive since', async () => {
    const board = open();
    nowMs = Date.now() - 3_600_000;
    await board.put('/idle', { target: 'http://h' });
    await board.put('/busy', { target: 'http://h' });
    edge.visit('h', '/busy/x');
    expect(Object.keys(await board.list(Date.now() - 60_000))).toEqual(['/idle']);
    expect(Object.keys(await board.list())).toEqual(['/idle', '/busy']);
  });

  test('keeps its activity while the edge is away', async () => {
    const board = open();
    nowMs = Date.now() - 3_600_000;
    await board.put('/busy', { target: 'http://h' });
    edge.visit('h', '/busy');
    const before = await board.list();
    edge.disconnect();
    expect(await board.list()).toEqual(before);
  });
});

describe('flags', () => {
  test('without any, the target hears the whole path behind that of its URL, and may think as long as it likes', async () => {
    await open().put('/a', { target: 'http://h/base/' });
    expect(edge.routes).toMatchObject([
      {
        stripPrefix: false,
        targets: [{ host: 'h', port: 80, pathBase: '/base' }],
        options: { limits: { answerSeconds: 0 } },
      },
    ]);
  });

  test('become what the edge does with each route', async () => {
    const flags = { includePrefix: false, prependPath: false, forwards: false, changeOrigin: true, autoRewrite: true };
    const board = open({
      ...flags,
      protocolRewrite: 'https',
      customHeaders: { 'x-a': 'b' },
      answerSeconds: 5,
      idleSeconds: 9,
    });
    await board.put('/a', { target: 'http://h/base' });
    expect(edge.routes).toEqual([
      {
        host: '*',
        pathPrefix: '/a',
        stripPrefix: true,
        app: '/a',
        targets: [{ instance: 'http://h/base', host: 'h', port: 80 }],
        unavailable: null,
        options: {
          limits: { answerSeconds: 5, idleSeconds: 9 },
          requestHeaders: { 'x-a': 'b' },
          forwards: false,
          rewritesHost: true,
          rewritesLocation: { host: true, scheme: 'https' },
        },
      },
    ]);
  });
});

describe('host routing', () => {
  test('takes the first part of the path for a host, in whatever case', async () => {
    const board = open({ hostRouting: true });
    await board.put('/Hub.Example.org/user', { target: 'http://h' });
    expect(places()).toEqual(['hub.example.org/user']);
    expect(await board.find('/hub.example.org/user')).toMatchObject({ host: 'hub.example.org' });
    await expect(board.put('/*', { target: 'http://h' })).rejects.toMatchObject({ status: 400 });
  });

  test('sends to the default route what a host has nothing for, as long as there is one', async () => {
    const board = open({ hostRouting: true });
    await board.put('/a.test/user', { target: 'http://user' });
    expect(edge.visit('a.test', '/other')).toBeUndefined();
    await board.put('/', { target: 'http://default' });
    expect(edge.visit('a.test', '/other')?.instance).toBe('http://default');
    expect(edge.visit('a.test', '/user')?.instance).toBe('http://user');
    expect(edge.visit('b.test', '/user')?.instance).toBe('http://default');
    await board.put('/a.test', { target: 'http://own' });
    expect(edge.visit('a.test', '/other')?.instance).toBe('http://own');
    await board.remove('/a.test');
    expect(edge.visit('a.test', '/other')?.instance).toBe('http://default');
    await board.remove('/a.test/user');
    expect(places()).toEqual(['*/']);
  });
});

describe('an edge that was away', () => {
  test('hears everything when it is back, also what was removed meanwhile', async () => {
    const board = open();
    edge.onConnected(() => void board.replay());
    await board.put('/kept', { target: 'http://h' });
    await board.put('/gone', { target: 'http://h' });
    edge.disconnect();
    await expect(board.put('/new', { target: 'http://h' })).rejects.toMatchObject({ code: 'edge-unreachable' });
    await expect(board.remove('/gone')).rejects.toMatchObject({ code: 'edge-unreachable' });
    edge.connect();
    await expect.poll(places).toEqual(['*/kept', '*/new']);
  });

  test('and has forgotten all hears all', async () => {
    const board = open();
    edge.onConnected(() => void board.replay());
    await board.put('/a', { target: 'http://h' });
    await edge.replace([]);
    edge.connect();
    await expect.poll(places).toEqual(['*/a']);
  });
});

test('changes that come at once go to the edge in two orders', async () => {
  let orders = 0;
  const counting = {
    apply: async (change: Parameters<MemoryEdge['apply']>[0]) => {
      orders += 1;
      await edge.apply(change);
    },
    facts: async () => edge.facts(),
  };
  const board = open({}, { edge: counting });
  await Promise.all(Array.from({ length: 100 }, (_, index) => board.put(`/u${index}`, { target: 'http://h' })));
  expect(edge.routes).toHaveLength(100);
  expect(orders).toBeLessThanOrEqual(2);
});

describe('routes that are kept', () => {
  test('are there again after a restart', async () => {
    let kept: readonly KeptRoute[] = [];
    const keeper = { load: () => kept, save: async (routes: readonly KeptRoute[]) => void (kept = routes) };
    await open({}, { keeper }).put('/a', { target: 'http://h', n: 1 });
    edge = new MemoryEdge();
    const board = open({}, { keeper });
    await board.replay();
    expect(places()).toEqual(['*/a']);
    expect(await board.find('/a')).toMatchObject({ n: 1 });
  });
});

describe('a host of somebody else', () => {
  test('cannot be taken', async () => {
    const owners = { has: (host: string) => host === 'app.test', hasPlace: () => false };
    const board = open({ hostRouting: true }, { owners });
    await expect(board.put('/app.test/x', { target: 'http://h' })).rejects.toMatchObject({ status: 409 });
  });

  test('is given up when they come, and taken back when they go', async () => {
    const taken = new Set<string>();
    const own = (host: string): EdgeRoute => ({
      ...[...byKey(edge.routes).values()][0]!,
      host,
      pathPrefix: '/',
      app: 'theirs',
    });
    const owners = {
      has: (host: string) => taken.has(host),
      hasPlace: (key: { host: string; pathPrefix: string }) => taken.has(key.host) && key.pathPrefix === '/',
    };
    const board = open({ hostRouting: true }, { owners });
    await board.put('/app.test', { target: 'http://ours' });
    await board.put('/app.test/x', { target: 'http://ours/x' });
    taken.add('app.test');
    await edge.apply({ put: [own('app.test')], remove: [] });
    await board.reconsider();
    expect(edge.routes).toMatchObject([{ app: 'theirs', pathPrefix: '/' }]);
    taken.delete('app.test');
    await board.reconsider();
    expect(edge.routes).toMatchObject([{ app: '/app.test' }, { app: '/app.test/x' }]);
  });
});
