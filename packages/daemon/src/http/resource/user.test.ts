import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.close());

const any = { apps: null, replicas: null, cpus: null, memoryBytes: null, domains: null };
const nothing = { apps: 0, replicas: 0, cpus: 0, memoryBytes: 0, domains: 0 };

test('a user reads what the apps come to and may come to', async () => {
  const token = await api.tokenFor('ada');
  const read = async () => (await api.call('GET /v1/users/ada', { token })).body;
  expect(await read()).toMatchObject({ name: 'ada', role: 'user', quota: any, ownQuota: {}, use: nothing });
  await api.call('PUT /v1/users/ada', { body: { quota: { apps: 2, memoryBytes: 2e9 } } });
  await api.call('PUT /v1/apps/shop?wait=5s', { token, body: { image: 'example/app:1', replicas: 2, cpus: 0.5 } });
  expect(await read()).toMatchObject({
    quota: { ...any, apps: 2, memoryBytes: 2e9 },
    ownQuota: { apps: 2, memoryBytes: 2e9 },
    use: { apps: 1, replicas: 2, cpus: 1, memoryBytes: 2 * 512 * 1024 ** 2, domains: 0 },
  });
  expect((await api.call('GET /v1/users/admin', { token })).status).toBe(404);
});

test('a change over the quota is refused with what is over it, and the dry run says so too', async () => {
  const token = await api.tokenFor('ada');
  await api.call('PUT /v1/users/ada', { body: { quota: { apps: 0 } } });
  for (const query of ['', '?dryRun=true']) {
    const answer = await api.call(`PUT /v1/apps/shop${query}`, { token, body: { image: 'example/app:1' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'quota-exceeded', errors: [{ field: 'apps' }] } });
  }
});

test('giving a quota changes no role, and giving a role no quota', async () => {
  await api.call('PUT /v1/users/admin', { body: { quota: { apps: 9 } } });
  expect((await api.call('GET /v1/users/admin')).body).toMatchObject({ role: 'admin', quota: { apps: 9 } });
  await api.call('PUT /v1/users/ada', { body: {} });
  await api.call('PUT /v1/users/ada', { body: { quota: null, role: 'admin' } });
  await api.call('PUT /v1/users/ada', { body: { role: 'user' } });
  expect((await api.call('GET /v1/users/ada')).body).toMatchObject({ role: 'user', ownQuota: any });
});

test.each([{ apps: -1 }, { apps: 1.5 }, { cpus: 'many' }, { memory: 1 }, { memoryBytes: 1e300 }, []])(
  'the quota %j is refused',
  async (quota) => {
    expect((await api.call('PUT /v1/users/ada', { body: { quota } })).status).toBe(422);
    expect((await api.call('GET /v1/users/ada')).status).toBe(404);
  },
);

test('a list of apps can be of one owner', async () => {
  const token = await api.tokenFor('ada');
  await api.call('PUT /v1/apps/hers?wait=5s', { token, body: { image: 'example/app:1' } });
  await api.deploy('his');
  const names = async (query: string, as = api.token) =>
    ((await api.call(`GET /v1/apps${query}`, { token: as })).body['items'] as { name: string }[]).map(
      ({ name }) => name,
    );
  expect(await names('?owner=ada')).toEqual(['hers']);
  expect(await names('')).toEqual(['hers', 'his']);
  expect(await names('?owner=admin', token)).toEqual([]);
});
