import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.deploy('shop');
});
afterAll(() => api.close());

const read = (query = '', name = 'shop') => api.call(`GET /v1/apps/${name}/stats/history${query}`);

test('the history of an app that was never measured is empty, and says that none is kept', async () => {
  const { status, body } = await read();
  expect([status, body]).toMatchObject([
    200,
    { app: 'shop', instance: null, kept: false, stepSeconds: 10, points: [], instances: [] },
  ]);
});

test('what cannot be told is refused with the field that is wrong', async () => {
  for (const [query, field] of [
    ['?step=15s', 'step'],
    ['?step=0s', 'step'],
    ['?step=2d', 'step'],
    ['?step=99999999999999999d', 'step'],
    ['?step=', 'step'],
    ['?since=later', 'since'],
    ['?since=1m&until=2m', 'since'],
    [`?since=${'9'.repeat(1000)}`, 'since'],
    ['?instance=../../x', 'instance'],
    ['?unknown=1', 'unknown'],
  ] as const) {
    const { status, body } = await read(query);
    expect([query, status, JSON.stringify(body)]).toEqual([
      query,
      expect.toBeOneOf([400, 422]),
      expect.stringContaining(field),
    ]);
  }
});

test('far times are told as near ones are', async () => {
  for (const query of [
    '?since=1000000d',
    '?since=0001-01-01T00:00:00Z',
    '?since=9999-12-31T23:59:59Z&until=9999-12-31T23:59:59Z',
  ])
    expect([query, (await read(query)).status]).toEqual([query, 200]);
});

test('what is not there is not found', async () => {
  expect((await read('', 'nothing')).body).toMatchObject({ code: 'app-not-found' });
  expect((await read('?instance=abcdefgh')).body).toMatchObject({ code: 'instance-not-found' });
});
