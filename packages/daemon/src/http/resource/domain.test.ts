import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await Promise.all(['one', 'two'].map((name) => api.deploy(name)));
});
afterAll(() => api.close());

const domains = async (name: string) => (await api.call(`GET /v1/apps/${name}/domains`)).body['items'];
const routeAt = (host: string) => api.edge.routes.find((route) => route.host === host);
const add = (name: string, body: object, query = '') =>
  api.call(`PUT /v1/apps/${name}/domains?wait=5s${query}`, { body });

test('a domain leads to one app, and moves only by force', async () => {
  expect(await add('one', { host: 'shop.example.org' })).toMatchObject({ status: 200, body: { kind: 'domains' } });
  expect(await add('two', { host: 'shop.example.org' })).toMatchObject({ status: 409, body: { code: 'domain-taken' } });
  expect(await add('two', { host: 'shop.example.org' }, '&force=true')).toMatchObject({ status: 200 });
  const certificate = { state: 'none', reason: expect.stringContaining('edge.acme.directory') as string };
  expect([await domains('one'), await domains('two')]).toMatchObject([
    [],
    [{ host: 'shop.example.org', pathPrefix: '/', stripPrefix: false, certificate }],
  ]);
  expect((await api.call('GET /v1/routes')).body['items']).toContainEqual({
    host: 'shop.example.org',
    pathPrefix: '/',
    stripPrefix: false,
    app: 'two',
    targets: 1,
  });
});

test('a domain may lead elsewhere, a wildcard to an app, and the routes say so', async () => {
  const redirect = { to: 'https://new.example.org', status: 308, keepPath: true };
  await add('one', { host: 'old.example.org', redirect: { to: redirect.to } });
  await add('one', { host: '*.pages.example.org', requireTls: true });
  const place = { pathPrefix: '/', stripPrefix: false };
  expect(await domains('one')).toMatchObject([
    { ...place, host: 'old.example.org', redirect },
    { ...place, host: '*.pages.example.org', requireTls: true },
  ]);
  const { items } = (await api.call('GET /v1/routes')).body;
  expect(items).toContainEqual({ ...place, host: 'old.example.org', redirect, app: 'one', targets: 0 });
  expect(routeAt('old.example.org')).toMatchObject({ targets: [], options: { redirect } });
  expect(routeAt('*.pages.example.org')).toMatchObject({ app: 'one', options: { requireTls: true } });
  for (const host of ['old.example.org', '*.pages.example.org'])
    expect(await api.call(`DELETE /v1/apps/one/domains?host=${host}&wait=5s`)).toMatchObject({ status: 200 });
});

test('a domain is taken away by its host and prefix', async () => {
  await add('one', { host: 'tools.example.org', pathPrefix: '/viewer' });
  expect(await api.call('DELETE /v1/apps/one/domains?host=tools.example.org')).toMatchObject({
    status: 404,
    body: { code: 'domain-not-found' },
  });
  expect(await api.call('DELETE /v1/apps/one/domains?host=tools.example.org&pathPrefix=/viewer&wait=5s')).toMatchObject(
    { status: 200 },
  );
  expect(await api.call('DELETE /v1/apps/one/domains')).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'host' }] },
  });
});

test.each([
  ['host', { host: 'SHOP.example.org' }],
  ['host', { host: '*.org' }],
  ['host', { host: 'a.*.example.org' }],
  ['redirect.to', { host: 'a.example.org', redirect: { to: 'ftp://b.example.org' } }],
  ['redirect.to', { host: 'a.example.org', redirect: { to: '//b.example.org' } }],
  ['redirect.to', { host: 'a.example.org', redirect: { to: '/new' } }],
  ['redirect.status', { host: 'a.example.org', redirect: { to: 'https://b.example.org', status: 303 } }],
  ['host', { host: '127.0.0.1' }],
  ['pathPrefix', { host: 'a.example.org', pathPrefix: '/../x' }],
  ['pathPrefix', { host: 'a.example.org', pathPrefix: '/a/' }],
  ['hots', { host: 'a.example.org', hots: 1 }],
])('a wrong domain is refused by its %s', async (field, body) => {
  expect(await add('one', body)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
});
