import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from './test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const put = (name: string, key: string, options: { image?: string; query?: string; token?: string } = {}) =>
  api.call(`PUT /v1/apps/${name}${options.query ?? ''}`, {
    body: { image: options.image ?? 'example/app:1' },
    headers: { 'idempotency-key': key },
    ...(options.token === undefined ? {} : { token: options.token }),
  });

const releases = async (name: string) =>
  ((await api.call(`GET /v1/apps/${name}/releases`)).body['items'] as unknown[]).length;

test('a repeated request is answered as the first one, and nothing is done again', async () => {
  const first = await put('one', 'k1', { query: '?wait=5s' });
  const again = await put('one', 'k1', { query: '?wait=5s' });
  expect(again).toMatchObject({ status: 201, text: first.text });
  expect(again.headers['location']).toBe(first.headers['location']);
  expect([first.headers['idempotent-replayed'], again.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
  expect(await releases('one')).toBe(1);
});

test('two that come at once are done once', async () => {
  const both = await Promise.all([
    put('twice', 'k2', { query: '?wait=5s' }),
    put('twice', 'k2', { query: '?wait=5s' }),
  ]);
  expect(both.map(({ status }) => status)).toEqual([201, 201]);
  expect(both[0]?.text).toBe(both[1]?.text);
  expect(await releases('twice')).toBe(1);
});

test.each([
  ['another body', { image: 'example/app:2' }],
  ['another query', { query: '?wait=4s' }],
])('a key that comes with %s is refused', async (what, options) => {
  const key = `k3-${what.length}`;
  await put('three', key, { query: '?wait=5s' });
  expect(await put('three', key, { query: '?wait=5s', ...options })).toMatchObject({
    status: 422,
    body: { code: 'idempotency-key-reused' },
  });
});

test('everybody has keys of their own', async () => {
  const ada = await api.tokenFor('ada');
  await put('four', 'k4');
  expect(await put('five', 'k4', { token: ada })).toMatchObject({ status: 202 });
});

test('a refusal is kept, and one that passes by itself is not', async () => {
  expect((await put('Wrong', 'k5')).status).toBe(422);
  await put('six', 'k6');
  const first = await put('six', 'k7');
  expect(first).toMatchObject({ status: 409, body: { code: 'operation-in-progress' } });
  const operation = first.body['operation'];
  await api.call(`GET /v1/operations/${String(operation)}?wait=5s`);
  expect(await put('six', 'k7')).toMatchObject({ status: 202 });
});

test('a key outlives the process', async () => {
  await put('seven', 'k8', { query: '?wait=5s' });
  expect(await api.world.store.findAnswer('admin', 'k8')).toMatchObject({ status: 201 });
});

test.each(['', ' ', 'two words', 'k'.repeat(256)])('%j is not a key', async (key) => {
  expect(await put('eight', key)).toMatchObject({ status: 422, body: { errors: [{ field: 'Idempotency-Key' }] } });
});

test('a batch has keys too', async () => {
  await put('nine', 'k9', { query: '?wait=5s' });
  const call = () =>
    api.call('POST /v1/batch/restart', { body: { apps: ['nine'] }, headers: { 'idempotency-key': 'k10' } });
  const [first, again] = [await call(), await call()];
  expect(again.text).toBe(first.text);
});
