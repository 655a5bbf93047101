import { expect, test } from 'vitest';
import { edgeProtocol, isSameWish, parseRouteChange, parseRoutes } from './edge-control.ts';

const route = {
  host: 'x.test',
  pathPrefix: '/',
  stripPrefix: false,
  app: 'x',
  targets: [{ instance: 'one', host: '127.0.0.1', port: 80 }],
  unavailable: null,
};

test('routes come through as they are', () => {
  expect(parseRoutes([route])).toEqual([route]);
  expect(parseRouteChange({ put: [route], remove: [{ host: 'y.test', pathPrefix: '/' }] })).toBeDefined();
});

test.each([
  [null],
  ['text'],
  [{}],
  [[null]],
  [[{ ...route, host: 1 }]],
  [[{ ...route, stripPrefix: 'no' }]],
  [[{ ...route, targets: {} }]],
  [[{ ...route, targets: [{ instance: 'one', host: 'h', port: '80' }] }]],
  [[{ ...route, targets: [null] }]],
  [[{ ...route, unavailable: undefined }]],
])('what is no list of routes is not taken for one: %j', (value) => {
  expect(parseRoutes(value)).toBeUndefined();
});

test.each([[undefined], [{ put: [] }], [{ put: [route], remove: [{ host: 'x' }] }]])(
  'nor is it a change: %j',
  (value) => {
    expect(parseRouteChange(value)).toBeUndefined();
  },
);

test('an edge of another version or for other addresses is not the one that was wished for', () => {
  const wish = { protocol: edgeProtocol, http: [':80'], trustedProxies: [] };
  expect(isSameWish(wish, { ...wish })).toBe(true);
  expect(isSameWish(wish, { ...wish, protocol: edgeProtocol + 1 })).toBe(false);
  expect(isSameWish(wish, { ...wish, http: [':81'] })).toBe(false);
  expect(isSameWish(wish, { ...wish, trustedProxies: ['::1'] })).toBe(false);
});
