import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTestApi, type TestApi, until } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const body = { image: 'example/app:1' };
const exists = async (name: string) => (await api.call(`GET /v1/apps/${name}`)).status === 200;

test('a list comes in pages, by name, each app once', async () => {
  await Promise.all(['delta', 'alpha', 'charlie', 'bravo'].map((name) => api.deploy(name)));
  const names: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await api.call(`GET /v1/apps?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
    names.push(...(page.body['items'] as { name: string }[]).map(({ name }) => name));
    cursor = page.body['next'] as string | null;
  }
  expect(names).toEqual(['alpha', 'bravo', 'charlie', 'delta']);
});

test('a list can be asked for one owner and one state', async () => {
  const ada = await api.tokenFor('ada');
  await api.call('PUT /v1/apps/adas?wait=5s', { token: ada, body });
  await api.call('POST /v1/apps/adas/actions/stop?wait=5s', { token: ada });
  const names = async (query: string) =>
    ((await api.call(`GET /v1/apps?${query}`)).body['items'] as { name: string }[]).map(({ name }) => name);
  expect(await names('owner=ada')).toEqual(['adas']);
  expect(await names('state=stopped')).toEqual(['adas']);
  expect(await names('owner=ada&state=running')).toEqual([]);
});

test('a dry run checks everything and changes nothing', async () => {
  expect(await api.call('PUT /v1/apps/dry?dryRun=true&wait=5s', { body })).toMatchObject({
    status: 200,
    body: { kind: 'deploy', detail: expect.stringMatching(/^Dry run/) },
  });
  expect(await api.call('PUT /v1/apps/dry?dryRun=true', { body: { ...body, owner: 'nobody' } })).toMatchObject({
    status: 422,
  });
  expect(await exists('dry')).toBe(false);
  expect(await api.call('DELETE /v1/apps/alpha?dryRun=true')).toMatchObject({ status: 200 });
  expect(await exists('alpha')).toBe(true);
});

test('an operation that fails while one waits is answered as its problem', async () => {
  const answer = await api.call('PUT /v1/apps/lost?wait=10s', { body: { image: 'example/nowhere:1' } });
  expect(answer).toMatchObject({
    status: 404,
    body: { code: 'image-not-found', app: 'lost', operation: expect.any(String) },
  });
  expect(await api.call(`GET /v1/operations/${String(answer.body['operation'])}`)).toMatchObject({
    status: 200,
    body: { state: 'failed' },
  });
});

test('an operation that takes longer than one waits is answered as accepted', async () => {
  api.engine.controls.slow(300);
  expect(await api.call('PUT /v1/apps/slow?wait=10ms', { body })).toMatchObject({
    status: 202,
    body: { state: 'running' },
  });
  api.engine.controls.slow(0);
  await until(async () => (await api.call('GET /v1/apps/slow')).body['state'] === 'running');
});

test('of two who deploy one name at once, one wins and the other is told so', async () => {
  const both = await Promise.all(
    [1, 2].map((n) => api.call('PUT /v1/apps/race?wait=5s', { body: { image: `example/app:${n}` } })),
  );
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 409]));
});

test('a patch changes what it names', async () => {
  await api.deploy('patched', { env: { A: '1', B: '2' } });
  const merge = { 'content-type': 'application/merge-patch+json' };
  expect(
    await api.call('PATCH /v1/apps/patched?wait=5s', {
      body: JSON.stringify({ env: { A: null, C: '3' } }),
      headers: merge,
    }),
  ).toMatchObject({ status: 200 });
  expect((await api.call('GET /v1/apps/patched')).body).toMatchObject({
    release: 2,
    spec: { env: { B: '2', C: '3' } },
  });
  expect(await api.call('PATCH /v1/apps/patched', { body: { imag: 'x' } })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'imag' }] },
  });
  expect(await api.call('PATCH /v1/apps/gone', { body: {} })).toMatchObject({ status: 404 });
});

test('a removed app is gone; of its volumes those that were named', async () => {
  await api.deploy('data', {
    volumes: [
      { name: 'one', path: '/one' },
      { name: 'two', path: '/two' },
    ],
  });
  expect(await api.call('DELETE /v1/apps/data?volumes=three')).toMatchObject({
    status: 404,
    body: { code: 'volume-not-found' },
  });
  expect(await api.call('DELETE /v1/apps/data?volumes=One')).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'volumes' }] },
  });
  expect(await api.call('DELETE /v1/apps/data?volumes=one&wait=5s')).toMatchObject({
    status: 200,
    body: { state: 'succeeded' },
  });
  expect(await exists('data')).toBe(false);
  expect((await api.engine.volumes.list([])).map(({ name }) => name).filter((name) => name.includes('data'))).toEqual([
    expect.stringContaining('two'),
  ]);
});

test('an engine that does not answer is said at once', async () => {
  api.engine.controls.setReachable(false);
  await until(async () => (await api.call('GET /readyz', { token: null })).status === 503);
  const answer = await api.call('PUT /v1/apps/unlucky?wait=5s', { body });
  expect(answer).toMatchObject({ status: 503, body: { code: 'engine-unreachable', retryable: true } });
  expect(answer.headers['retry-after']).toBe('1');
  expect((await api.call('GET /v1/apps/alpha')).body).toMatchObject({ state: 'unknown' });
  api.engine.controls.setReachable(true);
  await until(async () => (await api.call('GET /readyz', { token: null })).status === 200);
});

test('reading never asks the engine', async () => {
  const calls = () =>
    ['containers.list', 'containers.inspect', 'describe', 'images.list'].map((call) => api.engine.controls.count(call));
  const before = calls();
  for (const path of [
    '/v1/apps',
    '/v1/apps/alpha',
    '/v1/apps/alpha/status',
    '/v1/apps/alpha/instances',
    '/v1/engines',
    '/v1/routes',
    '/metrics',
  ]) {
    expect((await api.call(`GET ${path}`)).status).toBe(200);
  }
  expect(calls()).toEqual(before);
});

test('a view is rendered anew when something changed, and only then', async () => {
  const view = vi.spyOn(api.world.fleet, 'instancesOf');
  const first = await api.call('GET /v1/apps/alpha');
  view.mockClear();
  expect((await api.call('GET /v1/apps/alpha')).text).toBe(first.text);
  expect(view).not.toHaveBeenCalled();
  view.mockRestore();
  await api.call('POST /v1/apps/alpha/actions/scale?wait=5s', { body: { replicas: 3 } });
  expect((await api.call('GET /v1/apps/alpha')).body).toMatchObject({ replicas: 3, ready: 3 });
});
