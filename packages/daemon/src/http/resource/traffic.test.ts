import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.deploy('one');
});
afterAll(() => api.close());

const read = (token?: string) => api.call('GET /v1/apps/one/traffic', token === undefined ? {} : { token });

test('an app that nobody visited has counters of nothing', async () => {
  expect(await read()).toMatchObject({ status: 200, body: { requests: 0, inFlight: 0, lastActivity: null } });
});

test('visits are counted', async () => {
  const open = api.edge.visit('one.localhost');
  expect(await read()).toMatchObject({ body: { requests: 1, inFlight: 1, lastActivity: expect.any(String) } });
  open?.end();
  expect(await read()).toMatchObject({ body: { requests: 1, inFlight: 0 } });
});

test('another user’s app is unknown, and an edge that is away is said', async () => {
  expect(await read(await api.tokenFor('ada'))).toMatchObject({ status: 404 });
  api.edge.disconnect();
  expect(await read()).toMatchObject({ status: 503, body: { code: 'edge-unreachable' } });
  api.edge.connect();
});
