import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

test('an administrator sees how the edge is and where it listens', async () => {
  await api.deploy('one');
  expect(await api.call('GET /v1/edge')).toMatchObject({
    status: 200,
    body: { pid: expect.any(Number), http: ['127.0.0.1:80'], https: [], baseDomain: 'localhost', routes: 1 },
  });
});

test('a renewal answers with the new process; those that ask at the same time share one', async () => {
  const before = await api.call('GET /v1/edge');
  const ask = () => api.call('POST /v1/edge/actions/renew');
  const [one, other] = await Promise.all([ask(), ask()]);
  expect([one.status, other.status]).toEqual([200, 200]);
  expect(one.body).toEqual(other.body);
  expect(one.body).not.toMatchObject({ pid: (before.body as { pid: number }).pid });
});

test('other users may neither see nor renew it, and a token without the scope cannot renew it', async () => {
  const ada = await api.tokenFor('ada');
  for (const line of ['GET /v1/edge', 'POST /v1/edge/actions/renew'])
    expect(await api.call(line, { token: ada })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

test('an edge that is away is said, and is not renewed', async () => {
  api.edge.disconnect();
  for (const line of ['GET /v1/edge', 'POST /v1/edge/actions/renew'])
    expect(await api.call(line)).toMatchObject({ status: 503, body: { code: 'edge-unreachable' } });
  api.edge.connect();
});
