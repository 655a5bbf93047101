import { describe, expect, test } from 'vitest';
import { coversPath, RouteIndex } from './route-index.ts';
import type { EdgeRoute } from './route-table.ts';

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

function place(host: string, pathPrefix: string, app = host + pathPrefix): EdgeRoute {
  return { host, pathPrefix, stripPrefix: false, app, targets: [], unavailable: null };
}
