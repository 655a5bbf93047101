import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from './test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.deploy('hello');
});
afterAll(() => api.close());

const tagOf = async (path: string) => (await api.call(`GET ${path}`)).headers['etag'] ?? '';
const image = { image: 'example/app:1' };

test.each([
  '/v1/apps',
  '/v1/apps/hello',
  '/v1/apps/hello/status',
  '/v1/apps/hello/instances',
  '/v1/engines',
  '/v1/routes',
])('%s is not sent again to who has it', async (path) => {
  const tag = await tagOf(path);
  for (const given of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
    const answer = await api.call(`GET ${path}`, { headers: { 'if-none-match': given } });
    expect(answer).toMatchObject({ status: 304, text: '' });
    expect(answer.headers['etag']).toBe(tag);
  }
  expect((await api.call(`GET ${path}`, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
});

test('a tag changes with the state, not only with the wish', async () => {
  const before = await tagOf('/v1/apps/hello');
  await api.call('POST /v1/apps/hello/actions/stop?wait=5s');
  const stopped = await tagOf('/v1/apps/hello');
  const [id = ''] = api.world.fleet
    .instancesOf(String((await api.call('GET /v1/apps/hello')).body['id']))
    .map((one) => one.id);
  await api.call('POST /v1/apps/hello/actions/start?wait=5s');
  const running = await tagOf('/v1/apps/hello');
  api.world.fleet.watch(id, { health: 'unhealthy' });
  const tags = [before, stopped, running, await tagOf('/v1/apps/hello')];
  expect(new Set(tags).size).toBe(4);
  expect(tags.map((tag) => tag.slice(1).split('.')[0])).toEqual(['1', '2', '3', '3']);
});

test('a change is only made to what was read', async () => {
  await api.deploy('mine');
  const tag = await tagOf('/v1/apps/mine');
  const headers = { 'if-match': tag };
  expect(await api.call('PATCH /v1/apps/mine?wait=5s', { body: { replicas: 2 }, headers })).toMatchObject({
    status: 200,
  });
  expect(await api.call('PATCH /v1/apps/mine', { body: { replicas: 3 }, headers })).toMatchObject({
    status: 412,
    body: { code: 'precondition-failed' },
  });
  expect(await api.call('POST /v1/apps/mine/actions/stop', { headers })).toMatchObject({ status: 412 });
  expect(await api.call('DELETE /v1/apps/mine', { headers })).toMatchObject({ status: 412 });
  expect(await api.call('PUT /v1/apps/mine', { body: image, headers })).toMatchObject({ status: 412 });
  expect(
    await api.call('PUT /v1/apps/mine?wait=5s', { body: image, headers: { 'if-match': '"7", W/"2"' } }),
  ).toMatchObject({ status: 200 });
});

test('an app can be asked to be new, or not to be', async () => {
  expect(await api.call('PUT /v1/apps/hello', { body: image, headers: { 'if-none-match': '*' } })).toMatchObject({
    status: 409,
    body: { code: 'name-taken' },
  });
  expect(await api.call('PUT /v1/apps/fresh', { body: image, headers: { 'if-match': '*' } })).toMatchObject({
    status: 412,
  });
  expect(await api.call('PUT /v1/apps/fresh', { body: image, headers: { 'if-match': '"1"' } })).toMatchObject({
    status: 412,
  });
  expect(
    await api.call('PUT /v1/apps/fresh?wait=5s', { body: image, headers: { 'if-none-match': '*' } }),
  ).toMatchObject({ status: 201 });
  expect(await api.call('PUT /v1/apps/fresh?wait=5s', { body: image, headers: { 'if-match': '*' } })).toMatchObject({
    status: 200,
  });
});

test.each(['1', '"1', 'x, "1"', ''])('%j is not a list of tags', async (tag) => {
  expect(await api.call('POST /v1/apps/hello/actions/stop', { headers: { 'if-match': tag } })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'If-Match' }] },
  });
});

test('a tag that is of no version matches none', async () => {
  await api.deploy('plain');
  for (const tag of ['"abc"', '"7.8.9"', '""']) {
    expect(await api.call('POST /v1/apps/plain/actions/restart', { headers: { 'if-match': tag } })).toMatchObject({
      status: 412,
    });
  }
});
