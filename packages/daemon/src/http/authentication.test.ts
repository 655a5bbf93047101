import { afterAll, beforeAll, expect, test } from 'vitest';
import { allEndpoints } from './route-table.ts';
import { openTestApi, type TestApi } from './test-api.contract.ts';

let api: TestApi;
let ada: string;
let bob: string;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.tokenFor('ada');
  bob = await api.tokenFor('bob');
  await api.call('PUT /v1/apps/adas?wait=5s', { token: ada, body: { image: 'example/app:1' } });
});
afterAll(() => api.close());

const bearerEndpoints = allEndpoints.filter(({ access }) => access === 'bearer');

test.each(bearerEndpoints)('nobody may $operationId without a token', async ({ method, path }) => {
  const line = `${method} ${path.replace(/\{\w+\}/g, 'x')}`;
  const answer = await api.call(line, { token: null, body: method === 'GET' ? undefined : {} });
  expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect(answer.headers['www-authenticate']).toBe('Bearer realm="berth"');
});

test.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', 'bearer', `Token x`])(
  '%j is not a way to say who one is',
  async (authorization) => {
    expect(await api.call('GET /v1/me', { token: null, headers: { authorization } })).toMatchObject({ status: 401 });
  },
);

test('the scheme may be written in any case', async () => {
  expect(await api.call('GET /v1/me', { token: null, headers: { authorization: `bearer ${ada}` } })).toMatchObject({
    status: 200,
    body: { user: 'ada' },
  });
});

test.each(bearerEndpoints.filter(({ path }) => path.startsWith('/v1/apps/{name}')))(
  'another’s app is not there for $operationId',
  async ({ operationId, method, path }) => {
    const line = `${method} ${path.replace('{name}', 'adas').replace('{number}', '1')}${queries[operationId] ?? ''}`;
    const answer = await api.call(line, { token: bob, body: bodies[operationId], headers: headers[operationId] ?? {} });
    // For administrators alone: others hear the same whatever the name.
    if (operationId === 'importAppUptime')
      return expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect([400, 404, 409]).toContain(answer.status);
    if (operationId !== 'execInApp') expect(['app-not-found', 'name-taken']).toContain(answer.body['code']);
    expect(answer.text).not.toContain('ada"');
  },
);

const bodies: Readonly<Record<string, unknown>> = {
  deployApp: { image: 'example/app:1' },
  patchApp: { replicas: 2 },
  scaleApp: { replicas: 2 },
  maintainApp: { message: null },
  rollbackApp: {},
  addDomain: { host: 'a.example.org' },
  importAppUptime: { marks: [{ at: '2026-01-01T00:00:00.000Z', state: 'running' }] },
  writeAppFiles: 'tar',
};

const headers: Readonly<Record<string, Record<string, string>>> = {
  writeAppFiles: { 'content-type': 'application/x-tar' },
};

const queries: Readonly<Record<string, string>> = {
  removeDomain: '?host=a.example.org',
  execInApp: '?command=ls',
  readAppFiles: '?path=/data',
  writeAppFiles: '?path=/data',
};

test('a list holds what its reader may see, whoever asked before', async () => {
  const names = async (token: string) =>
    ((await api.call('GET /v1/apps', { token })).body['items'] as { name: string }[]).map(({ name }) => name);
  expect([await names(ada), await names(bob), await names(api.token)]).toEqual([['adas'], [], ['adas']]);
});

test('a missing scope is told by name', async () => {
  const reader = await api.tokenFor('ada', ['read']);
  expect(await api.call('POST /v1/apps/adas/actions/stop', { token: reader })).toMatchObject({
    status: 403,
    body: { code: 'forbidden', detail: expect.stringContaining('"operate"') },
  });
  const blind = await api.tokenFor('ada', ['operate']);
  expect(await api.call('GET /v1/apps', { token: blind })).toMatchObject({ status: 403 });
});

test('a removed token is refused from the next request on', async () => {
  const made = await api.call('POST /v1/tokens', { token: ada, body: { label: 'short' } });
  const secret = String(made.body['secret']);
  expect(await api.call('GET /v1/apps', { token: secret })).toMatchObject({ status: 200 });
  expect(await api.call(`DELETE /v1/tokens/${String(made.body['id'])}`, { token: ada })).toMatchObject({ status: 204 });
  expect(await api.call('GET /v1/apps', { token: secret })).toMatchObject({ status: 401 });
});

test('a new token is never kept by anybody in between', async () => {
  const made = await api.call('POST /v1/tokens', { token: ada, headers: { 'idempotency-key': 'k' } });
  expect(made.headers['cache-control']).toBe('no-store');
  expect(await api.world.store.findAnswer('ada', 'k')).toBeUndefined();
});
