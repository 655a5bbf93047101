import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.close());

test('an app whose route has a history tells the last requests, to those who may see the app', async () => {
  await api.deploy('shop', { route: { history: 2 } });
  for (const path of ['/a', '/b', '/c']) api.edge.visit('shop.localhost', path)?.end();
  const { status, body } = await api.call('GET /v1/apps/shop/history');
  expect(status).toBe(200);
  expect(body['items']).toMatchObject([{ path: '/b' }, { path: '/c' }]);
  const token = await api.tokenFor('eve');
  expect((await api.call('GET /v1/apps/shop/history', { token })).status).toBe(404);
});

test('an app without one tells none', async () => {
  await api.deploy('shop');
  api.edge.visit('shop.localhost', '/a')?.end();
  expect((await api.call('GET /v1/apps/shop/history')).body['items']).toEqual([]);
});
