import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../http/test-api.contract.ts';
import { appOf } from '../../use-cases/test-app.contract.ts';
import { openTestHosted, secret, type TestHosted } from './test-hosted.contract.ts';

let hosted: TestHosted;
beforeEach(async () => {
  hosted = await openTestHosted();
});
afterEach(() => hosted.close());

describe('a new container', () => {
  test('runs under the image’s last name, listens on PORT, and is told that it is in production', async () => {
    const { status, text } = await hosted.shop();
    expect([status, text]).toEqual([200, 'Running on shop.localhost!']);
    const { spec, owner } = (await hosted.api.call('GET /v1/apps/shop')).body as Record<string, never>;
    expect(owner).toBe('ci');
    expect(spec).toMatchObject({
      env: { ENV: 'prod', PORT: '8001' },
      ports: [{ containerPort: 8001, served: true }],
      volumes: [{ name: 'save', path: '/save' }],
    });
  });

  test('has the name and variables that are asked for', async () => {
    const env = { PORT: 3000, ENV: 'test', DEBUG: true, EMPTY: null };
    expect((await hosted.shop({ name: 'store', env })).text).toBe('Running on store.localhost!');
    const { spec } = (await hosted.api.call('GET /v1/apps/store')).body;
    expect(spec).toMatchObject({
      env: { PORT: '3000', ENV: 'test', DEBUG: 'true', EMPTY: '' },
      ports: [{ containerPort: 3000, served: true }],
    });
  });

  test.each([
    ['registry.example:5000/a/b/tool:1.2', 'tool'],
    ['tool', 'tool'],
    [`hub.example/tool:1@sha256:${'a'.repeat(64)}`, 'tool'],
  ])('%s is named %s', async (image, name) => {
    hosted.api.engine.controls.addImage({ reference: image });
    expect((await hosted.post('/new', { image })).text).toBe(`Running on ${name}.localhost!`);
  });

  test('is pulled each time, and may be on the engine alone', async () => {
    await hosted.shop();
    hosted.api.engine.controls.offer({ reference: 'hub.example/team/shop:1' });
    await hosted.shop();
    expect(hosted.api.engine.controls.count('images.pull')).toBe(2);
  });

  test('is not what was pulled before while its registry is away; one that came from none is', async () => {
    const image = 'hub.example/team/bought:1';
    hosted.api.engine.controls.offer({ reference: image });
    expect((await hosted.shop({ image })).status).toBe(200);
    hosted.api.engine.controls.setRegistryDown('hub.example', true);
    expect((await hosted.shop({ image })).body).toMatchObject({ code: 'registry-unreachable', app: 'bought' });
    expect(await hosted.list()).toMatchObject({ bought: { running: true, image } });
    expect((await hosted.shop()).status).toBe(200);
  });

  test('takes the place of the one before, with its domains and what this API cannot say', async () => {
    await hosted.shop();
    await hosted.tell('/add_domain', { name: 'shop', domain: 'shop.example.org' });
    await hosted.api.call('PATCH /v1/apps/shop?wait=5s', {
      body: { memoryBytes: 50_000_000, health: { path: '/up' } },
    });
    expect((await hosted.shop({ image: 'hub.example/team/shop:2', env: { A: '1' } })).status).toBe(200);
    const { spec, domains } = (await hosted.api.call('GET /v1/apps/shop')).body as Record<
      string,
      Record<string, unknown>
    >;
    expect(spec).toMatchObject({ image: 'hub.example/team/shop:2', memoryBytes: 50_000_000, health: { path: '/up' } });
    expect(spec?.['env']).toEqual({ ENV: 'prod', PORT: '8001', A: '1' });
    expect(domains).toMatchObject([{ host: 'shop.example.org' }]);
  });

  test('that cannot be had leaves nothing, and says why', async () => {
    const { status, body } = await hosted.shop({ image: 'hub.example/none:1' });
    expect([status, body.code]).toEqual([404, 'image-not-found']);
    expect(await hosted.list()).toEqual({});
    expect(hosted.api.world.ledger.books.apps.size).toBe(0);
  });

  test('that cannot be had leaves the one before as it is', async () => {
    await hosted.shop();
    expect((await hosted.shop({ image: 'hub.example/none:1', name: 'shop' })).status).toBe(404);
    expect(await hosted.list()).toMatchObject({ shop: { running: true, image: 'hub.example/team/shop:1' } });
  });

  test('is pulled with its owner’s credential for that registry, if there is one', async () => {
    await hosted.api.call('PUT /v1/users/ci', { body: {} });
    const keep = (name: string, registry: string) =>
      hosted.api.call(`PUT /v1/credentials/${name}?owner=ci`, { body: { registry, username: 'ci', password: 'hush' } });
    await keep('elsewhere', 'other.example');
    const credentialOf = async () =>
      (await hosted.api.call('GET /v1/apps/shop')).body['spec'] as Record<string, unknown>;
    await hosted.shop();
    expect(await credentialOf()).not.toHaveProperty('registryCredential');
    await keep('hub', 'hub.example');
    await hosted.shop();
    expect(await credentialOf()).toMatchObject({ registryCredential: 'hub' });
    hosted.api.engine.controls.addImage({ reference: 'example/shop:1' });
    await hosted.shop({ image: 'example/shop:1' });
    expect(await credentialOf()).not.toHaveProperty('registryCredential');
  });

  test('of one name is deployed by each of several callers, the last one last', async () => {
    const images = ['1', '2', '1', '2'].map((version) => `hub.example/team/shop:${version}`);
    const answers = await Promise.all(images.map((image) => hosted.shop({ image })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await hosted.list()).toMatchObject({ shop: { image: images.at(-1) } });
    expect(appOf(hosted.api.world, 'shop').lastRelease).toBe(4);
  });

  test('waits for a deploy that others have begun', async () => {
    hosted.api.engine.controls.slow(20);
    const first = hosted.api.call('PUT /v1/apps/shop?wait=10s', { body: { image: 'example/app:1' } });
    await until(() => hosted.api.world.ledger.books.operations.size === 1);
    expect((await hosted.shop({ name: 'shop' })).status).toBe(200);
    expect((await first).status).toBe(201);
    expect(await hosted.list()).toMatchObject({ shop: { image: 'hub.example/team/shop:1' } });
  });

  test('is refused while the engine is away, and nothing is left of it', async () => {
    hosted.api.engine.controls.setReachable(false);
    await until(() => !hosted.api.world.fleet.engine('local').connected);
    expect((await hosted.shop()).body).toMatchObject({ status: 503, code: 'engine-unreachable' });
    expect(hosted.api.world.ledger.books.apps.size).toBe(0);
  });

  test('whose caller is gone is deployed all the same', async () => {
    const address = await hosted.server.listen({ host: '127.0.0.1', port: 0 });
    hosted.api.engine.controls.slow(10);
    const gone = new AbortController();
    const call = fetch(`${address}/new`, {
      method: 'POST',
      signal: gone.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret, image: 'hub.example/team/shop:1' }),
    });
    await until(() => hosted.api.world.ledger.books.operations.size === 1);
    gone.abort();
    await expect(call).rejects.toThrow();
    await until(() => [...hosted.api.world.ledger.books.apps.values()].some(({ serving }) => serving !== null));
  });
});
