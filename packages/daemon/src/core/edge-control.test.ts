import { expect, test } from 'vitest';
import { edgeProtocol, isSameWish, parseRouteChange, parseRoutes, parseSucceedOrder } from './edge-control.ts';

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
  const wish = {
    protocol: edgeProtocol,
    version: 'a',
    http: [':80'],
    https: [':443'],
    trustedProxies: [],
    proxyProtocol: false,
    connections: { total: 2, perAddress: 1 },
  };
  expect(isSameWish(wish, { ...wish })).toBe(true);
  for (const other of [
    { protocol: edgeProtocol + 1 },
    { version: 'b' },
    { http: [':81'] },
    { https: [] },
    { trustedProxies: ['::1'] },
    { proxyProtocol: true },
    { connections: { total: 2, perAddress: 2 } },
  ])
    expect(isSameWish(wish, { ...wish, ...other })).toBe(false);
});

test('an edge of long ago, which says less of itself, is not the one that was wished for', () => {
  const wish = { protocol: 1, http: [':80'], trustedProxies: [] } as unknown as Parameters<typeof isSameWish>[0];
  const whole = { ...wish, version: '', https: [], proxyProtocol: false, connections: { total: 1, perAddress: 1 } };
  expect(isSameWish(wish, whole)).toBe(false);
});

test('an order to let another edge take over comes through as it is', () => {
  const start = { nodePath: '/node', argv: ['/edge'], env: { A: 'b' } };
  const order = { start, http: [':80'], https: [], graceMs: 1 };
  expect(parseSucceedOrder(order)).toEqual(order);
  for (const wrong of [
    undefined,
    {},
    { ...order, start: { ...start, argv: 'x' } },
    { ...order, start: { ...start, env: { A: 1 } } },
    { ...order, http: undefined },
    { ...order, graceMs: '1' },
  ])
    expect(parseSucceedOrder(wrong)).toBeUndefined();
});
