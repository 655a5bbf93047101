import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestHosted, secret, unknown, type TestHosted } from './test-hosted.contract.ts';

let hosted: TestHosted;
beforeEach(async () => {
  hosted = await openTestHosted();
});
afterEach(() => hosted.close());

describe('a call', () => {
  test.each([
    ['no JSON', 'secret=deploy+key&image=example/app:1', 'application/x-www-form-urlencoded'],
    ['JSON that does not say so', JSON.stringify({ secret, image: 'example/app:1' }), 'text/plain'],
    ['no object', '["secret"]', 'application/json'],
    ['null', 'null', 'application/json'],
    ['nothing', '', 'application/json'],
    ['broken JSON', '{"secret":', 'application/json'],
  ])('that is %s is a bad request', async (_, payload, type) => {
    const answer = await hosted.server.inject({
      method: 'POST',
      url: '/new',
      payload,
      headers: { 'content-type': type },
    });
    expect(answer.statusCode).toBe(400);
  });

  test.each([{ secret: 'other' }, { secret: '' }, { secret: null }, { secret: [secret] }, { secret: undefined }])(
    'without the secret is refused, whatever else it lacks: %j',
    async (params) => {
      for (const path of ['/new', '/stop', '/run', '/add_domain', '/delete'])
        expect((await hosted.post(path, params)).status, path).toBe(403);
    },
  );

  test.each([
    ['/new', {}],
    ['/new', { image: 5 }],
    ['/stop', {}],
    ['/run', { name: null }],
    ['/add_domain', { name: 'app' }],
    ['/add_domain', { domain: 'www.example.org' }],
    ['/delete', { name: ['app'] }],
  ])('to %s with %j lacks something', async (path, params) => {
    const { status, body } = await hosted.post(path, params);
    expect(status).toBe(400);
    expect(body.detail).toMatch(/The field `(image|name|domain)` (is needed|must be a text)/);
  });

  test.each([
    { image: '../etc/passwd' },
    { image: '' },
    { image: 'shop:1; rm -rf /' },
    { image: 'hub.example/team/web_shop:1' },
    { name: '../shop' },
    { name: '' },
    { name: 'Shop' },
    { name: 'a'.repeat(51) },
    { name: 7 },
    { env: 'A=1' },
    { env: ['A=1'] },
    { env: { 'A B': '1' } },
    { env: { A: { b: 1 } } },
    { env: { A: 'nul\0' } },
    { env: { PORT: '0' } },
    { env: { PORT: '65536' } },
    { env: { PORT: 'http' } },
  ])('that deploys %j is refused before anything is done', async (params) => {
    const { status, body } = await hosted.shop(params);
    expect(status, JSON.stringify(body)).toBe(400);
    expect(body.detail).not.toBe('');
    expect(hosted.api.world.ledger.books.apps.size).toBe(0);
  });

  test.each(['www.example.org/', 'http://www.example.org', '*.example.org', '10.0.0.1', 'a b', '', 'x'.repeat(254)])(
    'that adds the domain %j is refused',
    async (domain) => {
      await hosted.shop();
      expect((await hosted.post('/add_domain', { name: 'shop', domain })).status).toBe(400);
      expect(await hosted.list()).toMatchObject({ shop: { domains: ['shop.localhost'] } });
    },
  );
});

describe('the list', () => {
  test('is open to everybody, and tells each app', async () => {
    expect(await hosted.list()).toEqual({});
    await hosted.shop();
    await hosted.tell('/add_domain', { name: 'shop', domain: 'shop.example.org' });
    await hosted.api.deploy('other', { image: 'example/app:1' });
    await hosted.api.call('POST /v1/apps/other/actions/pause?wait=5s');
    expect(await hosted.list()).toEqual({
      shop: { running: true, image: 'hub.example/team/shop:1', domains: ['shop.localhost', 'shop.example.org'] },
      other: { running: false, image: 'example/app:1', domains: ['other.localhost'] },
    });
  });

  test('needs the secret where it is said so', async () => {
    const closed = hosted.serve({ listNeedsSecret: true });
    const get = async (url: string, headers = {}) => (await closed.inject({ method: 'GET', url, headers })).statusCode;
    expect(await get('/')).toBe(403);
    expect(await get('/?secret=wrong', { authorization: 'Bearer wrong' })).toBe(403);
    expect(await get(`/?secret=${encodeURIComponent(secret)}`)).toBe(200);
    expect(await get('/', { authorization: `Bearer ${secret}` })).toBe(200);
  });

  test('has the owner’s apps alone where it is said so, and nobody else’s can be worked on', async () => {
    const own = hosted.serve({ apps: 'own' });
    await hosted.api.deploy('other');
    expect((await hosted.post('/new', { image: 'hub.example/team/shop:1' }, own)).status).toBe(200);
    expect(Object.keys(await hosted.list(own))).toEqual(['shop']);
    expect((await hosted.post('/delete', { name: 'other' }, own)).body).toEqual(unknown);
    expect((await hosted.post('/new', { image: 'example/app:1', name: 'other' }, own)).status).toBe(409);
    await hosted.api.call('PUT /v1/apps/other/domains?wait=5s', { body: { host: 'other.example.org' } });
    const taken = await hosted.post('/add_domain', { name: 'shop', domain: 'other.example.org' }, own);
    expect(taken.body.reason).toContain('already bound to another app.');
  });
});
