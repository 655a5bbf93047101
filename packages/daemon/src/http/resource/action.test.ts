import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await Promise.all(['one', 'two'].map((name) => api.deploy(name)));
});
afterAll(() => api.close());

const act = (verb: string, body?: object) =>
  api.call(`POST /v1/apps/one/actions/${verb}?wait=5s`, body === undefined ? {} : { body });
const routeAt = (host: string) => api.edge.routes.find((route) => route.host === host);
const app = async (name = 'one') => (await api.call(`GET /v1/apps/${name}`)).body;

test('every verb does what it says', async () => {
  const states: unknown[] = [];
  for (const verb of ['pause', 'unpause', 'restart', 'stop', 'start', 'kill', 'reset', 'start']) {
    expect(await act(verb), verb).toMatchObject({ status: 200, body: { kind: verb, state: 'succeeded' } });
    states.push((await app())['state']);
  }
  expect(states).toEqual(['paused', 'running', 'running', 'stopped', 'running', 'stopped', 'stopped', 'running']);
});

test('a verb that does not apply is a conflict', async () => {
  expect(await act('unpause')).toMatchObject({ status: 409, body: { code: 'wrong-state', app: 'one' } });
});

test('an app is scaled up and down', async () => {
  for (const replicas of [4, 0, 2]) {
    expect(await act('scale', { replicas })).toMatchObject({ status: 200 });
    expect(await app()).toMatchObject({ replicas, ready: replicas });
  }
  expect(await act('scale', { replicas: 201 })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'replicas' }] },
  });
  expect(await act('scale', {})).toMatchObject({ status: 422 });
});

test('visitors read a message in place of an app that is worked on', async () => {
  expect(await act('maintenance', { message: ' Back at noon. ' })).toMatchObject({ status: 200 });
  expect(await app()).toMatchObject({ maintenance: 'Back at noon.', state: 'running' });
  expect(routeAt('one.localhost')?.options).toEqual({ maintenance: 'Back at noon.' });
  const over = await api.call('POST /v1/batch/maintenance?wait=5s', { body: { apps: ['one', 'two'], message: null } });
  expect(over.body['results']).toMatchObject([{ operation: { state: 'succeeded' } }, { app: 'two', problem: null }]);
  expect(await app()).toMatchObject({ maintenance: null });
  expect(routeAt('one.localhost')).not.toHaveProperty('options');
  for (const body of [{}, { message: '' }, { message: 'x'.repeat(501) }])
    expect(await act('maintenance', body)).toMatchObject({ status: 422, body: { errors: [{ field: 'message' }] } });
});

test('an older release can be had again', async () => {
  await api.deploy('one', { image: 'example/app:2' });
  expect(await act('rollback')).toMatchObject({ status: 200, body: { kind: 'rollback', release: 3 } });
  expect(await app()).toMatchObject({ image: 'example/app:1', release: 3 });
  expect(await act('rollback', { release: 2 })).toMatchObject({ status: 200 });
  expect(await app()).toMatchObject({ image: 'example/app:2' });
  expect(await act('rollback', { release: 99 })).toMatchObject({ status: 404, body: { code: 'release-not-found' } });
  const releases = await api.call('GET /v1/apps/one/releases?limit=3');
  expect((releases.body['items'] as { number: number }[]).map(({ number }) => number)).toEqual([4, 3, 2]);
  const rest = await api.call(`GET /v1/apps/one/releases?cursor=${String(releases.body['next'])}`);
  expect(rest.body).toMatchObject({ items: [{ number: 1 }], next: null });
  expect(await api.call('GET /v1/apps/one/releases/3')).toMatchObject({
    status: 200,
    body: { number: 3, state: 'superseded' },
  });
});

test('a batch acts on all at once, and tells of each how it went', async () => {
  const answer = await api.call('POST /v1/batch/pause?wait=5s', { body: { apps: ['one', 'gone', 'two'] } });
  expect(answer).toMatchObject({
    status: 200,
    body: {
      results: [
        { app: 'one', operation: { state: 'succeeded' }, problem: null },
        { app: 'gone', operation: null, problem: { code: 'app-not-found', status: 404 } },
        { app: 'two', operation: { state: 'succeeded' }, problem: null },
      ],
    },
  });
  expect([(await app('one'))['state'], (await app('two'))['state']]).toEqual(['paused', 'paused']);
  await api.call('POST /v1/batch/unpause?wait=5s', { body: { apps: ['one', 'two'] } });
  expect(await api.call('POST /v1/batch/scale?wait=5s', { body: { apps: ['one', 'two'], replicas: 3 } })).toMatchObject(
    { status: 200 },
  );
  expect([(await app('one'))['ready'], (await app('two'))['ready']]).toEqual([3, 3]);
});

test.each([
  ['apps', {}],
  ['apps', { apps: [] }],
  ['apps[1]', { apps: ['one', 'Two'] }],
  ['apps', { apps: Array.from({ length: 501 }, (_, index) => `a${index}`) }],
  ['extra', { apps: ['one'], extra: 1 }],
])('a batch names what is wrong in it: %s', async (field, body) => {
  expect(await api.call('POST /v1/batch/stop', { body })).toMatchObject({ status: 422, body: { errors: [{ field }] } });
});

test('a scale of a batch without a number is refused for each app', async () => {
  const answer = await api.call('POST /v1/batch/scale', { body: { apps: ['one'] } });
  expect(answer).toMatchObject({
    status: 200,
    body: { results: [{ problem: { code: 'validation-failed', errors: [{ field: 'replicas' }] } }] },
  });
});

test('a verb of a batch is one of the verbs', async () => {
  expect(await api.call('POST /v1/batch/explode', { body: { apps: ['one'] } })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'verb' }] },
  });
});
