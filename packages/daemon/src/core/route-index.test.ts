import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coversPath, RouteIndex } from './route-index.ts';
import { type EdgeRoute, type RouteChange, routeKey } from './route-table.ts';

describe('a prefix covers whole path segments', () => {
  const cases: readonly [prefix: string, path: string, covers: boolean][] = [
    ['/', '/', true],
    ['/', '/anything', true],
    ['/a', '/a', true],
    ['/a', '/a/', true],
    ['/a', '/a/b', true],
    ['/a', '/ab', false],
    ['/a', '/A', false],
    ['/a', '/', false],
    ['/a', '/a%2Fb', false],
    ['/a', '//a', false],
    ['/a/b', '/a', false],
    ['/a/b', '/a/b/c', true],
    ['/a/b', '/a/bc', false],
  ];
  test.each(cases)('%s and %s: %s', (prefix, path, covers) => {
    expect(coversPath(prefix, path)).toBe(covers);
  });
});

describe('a request finds', () => {
  const routes = [place('x.test', '/'), place('x.test', '/a'), place('x.test', '/a/b'), place('y.test', '/only')];
  const cases: readonly [host: string, path: string, found: string | undefined][] = [
    ['x.test', '/', 'x.test/'],
    ['x.test', '/ab', 'x.test/'],
    ['x.test', '/a', 'x.test/a'],
    ['x.test', '/a/bc', 'x.test/a'],
    ['x.test', '/a/b/c', 'x.test/a/b'],
    ['y.test', '/only/this', 'y.test/only'],
    ['y.test', '/', undefined],
    ['sub.x.test', '/', undefined],
  ];
  test.each(cases)('%s%s → %s', (host, path, found) => {
    const index = new RouteIndex();
    index.replace(routes.toReversed());
    expect(index.find(host, path)?.app).toBe(found);
  });
});

test('a change puts and removes by host and prefix', () => {
  const index = new RouteIndex();
  index.replace([place('x.test', '/'), place('x.test', '/a')]);
  index.apply({ put: [place('x.test', '/', 'new')], remove: [{ host: 'x.test', pathPrefix: '/a' }] });
  expect(index.list().map(({ app }) => app)).toEqual(['new']);
  index.apply({ put: [], remove: [{ host: 'x.test', pathPrefix: '/' }] });
  expect(index.list()).toEqual([]);
});

describe('of several hosts that could be meant, the closest answers', () => {
  const index = new RouteIndex();
  const hosts = ['a.b.test', '*.b.test', '*.a.b.test', '*.test', '*'];
  index.replace([...hosts.map((host) => place(host, '/')), place('only.b.test', '/api')]);
  const cases: readonly [host: string, found: string | undefined][] = [
    ['a.b.test', 'a.b.test/'],
    ['c.b.test', '*.b.test/'],
    ['d.c.b.test', '*.b.test/'],
    ['x.a.b.test', '*.a.b.test/'],
    ['b.test', '*.test/'],
    ['test', '*/'],
    ['', '*/'],
    ['.test', '*/'],
    ['b.test.elsewhere', '*/'],
    ['*.b.test', '*.b.test/'],
    ['only.b.test', undefined],
  ];
  test.each(cases)('%s → %s', (host, found) => {
    expect(index.find(host, '/')?.app).toBe(found);
  });
});

test('what was kept of a host is known to be old after any change', () => {
  const index = new RouteIndex();
  index.replace([place('*.x.test', '/')]);
  const kept = { version: index.version, host: index.findHost('a.x.test') };
  index.apply({ put: [place('a.x.test', '/')], remove: [] });
  expect(index.version).not.toBe(kept.version);
  expect(index.findHost('a.x.test')).not.toBe(kept.host);
});

test('a path is found within the bytes that it stands in', () => {
  const index = new RouteIndex();
  index.replace([place('x.test', '/'), place('x.test', '/a/b')]);
  const bytes = Buffer.from('GET /a/b/c?d HTTP/1.1');
  expect(index.findHost('x.test')?.find(bytes, 4, 10)?.pathPrefix).toBe('/a/b');
  expect(index.findHost('x.test')?.find(bytes, 4, 6)?.pathPrefix).toBe('/');
  expect(index.findHost('x.test')?.find(bytes, 4, 7)?.pathPrefix).toBe('/');
  expect(index.findHost('x.test')?.find(bytes, 4, 8)?.pathPrefix).toBe('/a/b');
});

const someHost = fc.constantFrom('x.test', 'y.test', '*.test', '*.x.test', 'a.x.test', '*');
const segment = fc.constantFrom('a', 'b', 'ab', 'a.b');
const somePrefix = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const somePlace = fc.record({ host: someHost, pathPrefix: somePrefix });
const someChange = fc.record({ put: fc.array(somePlace, { maxLength: 12 }), remove: fc.array(somePlace) });
const someRequest = fc.tuple(
  fc.constantFrom('x.test', 'y.test', 'z.test', 'a.x.test', 'b.a.x.test', 'test', 'other', ''),
  fc.array(fc.constantFrom('a', 'b', 'ab', 'a.b', ''), { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
);

test('after any changes it finds what a search through all routes finds', () => {
  let serial = 0;
  const story = fc.tuple(
    fc.array(someChange, { minLength: 1, maxLength: 6 }),
    fc.array(someRequest, { minLength: 20 }),
  );
  fc.assert(
    fc.property(story, ([changes, requests]) => {
      const index = new RouteIndex();
      const naive = new Map<string, EdgeRoute>();
      for (const { put, remove } of changes) {
        const change = { put: put.map(({ host, pathPrefix }) => place(host, pathPrefix, `${(serial += 1)}`)), remove };
        index.apply(change);
        applyNaively(naive, change);
        expect(index.size).toBe(naive.size);
        expect(new Set(index.list())).toEqual(new Set(naive.values()));
        for (const [host, path] of requests) expect(index.find(host, path)).toBe(searchAll(naive, host, path));
      }
    }),
    { numRuns: 200 },
  );
});

function applyNaively(routes: Map<string, EdgeRoute>, { put, remove }: RouteChange): void {
  for (const key of remove) routes.delete(routeKey(key));
  for (const route of put) routes.set(routeKey(route), route);
}

function searchAll(routes: ReadonlyMap<string, EdgeRoute>, host: string, path: string): EdgeRoute | undefined {
  const all = [...routes.values()];
  const covering = [...new Set(all.map((route) => route.host))].filter((name) => coversHost(name, host));
  const closest = covering.toSorted((a, b) => rank(b, host) - rank(a, host))[0];
  const candidates = all.filter((route) => route.host === closest && coversPath(route.pathPrefix, path));
  return candidates.toSorted((a, b) => b.pathPrefix.length - a.pathPrefix.length)[0];
}

function coversHost(name: string, host: string): boolean {
  return name === '*' || name === host || (name.startsWith('*') && host.endsWith(name.slice(1)));
}

function rank(name: string, host: string): number {
  return name === host ? Number.POSITIVE_INFINITY : name.length;
}

function place(host: string, pathPrefix: string, app = host + pathPrefix): EdgeRoute {
  return { host, pathPrefix, stripPrefix: false, app, targets: [], unavailable: null };
}
