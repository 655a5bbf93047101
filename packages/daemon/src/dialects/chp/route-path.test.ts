import { describe, expect, test } from 'vitest';
import { hostOf, listPlaces, parseHostPath, parseRoutePath, pathOf } from './route-path.ts';

describe('the path of a route', () => {
  test.each([
    ['', '/'],
    ['user/zoe', '/user/zoe'],
    ['user/zoe/', '/user/zoe'],
    ['/dd//ee', '//dd//ee'],
    ['has%20space/%C3%BC%2Fx/%7Ey@', '/has space/ü/x/~y@'],
  ])('%j is %j', (encoded, path) => {
    expect(parseRoutePath(encoded)).toBe(path);
  });

  test.each(['bad%zz', 'bad%ff'])('%s is none: it is not escaped as UTF-8', (encoded) => {
    expect(parseRoutePath(encoded)).toBeUndefined();
  });
});

describe('the host of a route', () => {
  test.each([
    ['/', '/'],
    ['/Hub.Example.org', '/hub.example.org'],
    ['/Hub.example.org/User/Zoe', '/hub.example.org/User/Zoe'],
    ['/bücher.example/x', '/xn--bcher-kva.example/x'],
    ['/*.example.org', '/*.example.org'],
    ['/localhost/a', '/localhost/a'],
  ])('of %s is understood as %s', (path, found) => {
    expect(parseHostPath(path)).toBe(found);
  });

  test.each(['/*', '/*/a', '/a b/c', '/a:80', '//a', '/..', '/-a'])('%s has none', (path) => {
    expect(parseHostPath(path)).toBeUndefined();
  });
});

describe('the places of a route', () => {
  const prefixes = (path: string) => listPlaces('*', path).map(({ pathPrefix }) => pathPrefix);

  test('one for a path that can be written in one way only', () => {
    expect(listPlaces('*', '/user/zoe-1_2.3~')).toEqual([{ host: '*', pathPrefix: '/user/zoe-1_2.3~' }]);
    expect(listPlaces('a.test', '/')).toEqual([{ host: 'a.test', pathPrefix: '/' }]);
  });

  test('escape what cannot stand in a path', () => {
    expect(prefixes('/has space/ü%?#')).toEqual(['/has%20space/%C3%BC%25%3F%23']);
  });

  test('are all the ways in which browsers and JupyterHub write it', () => {
    expect(prefixes('/user/has@')).toEqual(['/user/has@', '/user/has%40']);
    expect(prefixes("/a!'@(")).toEqual(["/a!'@(", '/a%21%27@%28', "/a!'%40(", '/a%21%27%40%28']);
  });
});

test.each([
  ['/', undefined, '/'],
  ['/hub.example.org', 'hub.example.org', '/'],
  ['/hub.example.org/a b', 'hub.example.org', '/a b'],
])('in host routing %s is for the host %s and the path %s', (path, host, rest) => {
  expect([hostOf(path), pathOf(path)]).toEqual([host, rest]);
});
