import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '@berth/spec/problem';
import { openTestHosted, refused, success, unknown, type TestHosted } from './test-hosted.contract.ts';

let hosted: TestHosted;
beforeEach(async () => {
  hosted = await openTestHosted();
});
afterEach(() => hosted.close());

describe('a container', () => {
  beforeEach(async () => void (await hosted.shop()));

  test('is stopped and run, and each only once', async () => {
    expect(await hosted.tell('/run', { name: 'shop' })).toEqual(refused('That container is already running.'));
    expect(await hosted.tell('/stop', { name: 'shop' })).toEqual(success);
    expect(await hosted.list()).toMatchObject({ shop: { running: false } });
    expect(await hosted.tell('/stop', { name: 'shop' })).toEqual(
      refused("That container doesn't exist, or is not running."),
    );
    expect(await hosted.tell('/run', { name: 'shop' })).toEqual(success);
    expect(await hosted.list()).toMatchObject({ shop: { running: true } });
  });

  test.each([
    ['/run', 'shop', true],
    ['/stop', 'shop', false],
  ])('that is paused takes %s', async (path, name, running) => {
    await hosted.api.call(`POST /v1/apps/${name}/actions/pause?wait=5s`);
    expect(await hosted.list()).toMatchObject({ shop: { running: false } });
    expect(await hosted.tell(path, { name })).toEqual(success);
    expect(await hosted.list()).toMatchObject({ shop: { running } });
  });

  test('that is paused is redeployed and deleted', async () => {
    await hosted.api.call('POST /v1/apps/shop/actions/pause?wait=5s');
    expect((await hosted.shop({ image: 'hub.example/team/shop:2' })).status).toBe(200);
    expect(await hosted.list()).toMatchObject({ shop: { running: true, image: 'hub.example/team/shop:2' } });
    await hosted.api.call('POST /v1/apps/shop/actions/pause?wait=5s');
    expect(await hosted.tell('/delete', { name: 'shop' })).toEqual(success);
  });

  test('is deleted once, with what it saved', async () => {
    expect(await hosted.api.engine.volumes.list(['berth.app=shop'])).toHaveLength(1);
    expect(await hosted.tell('/delete', { name: 'shop' })).toEqual(success);
    expect(await hosted.api.engine.volumes.list(['berth.app=shop'])).toEqual([]);
    expect(await hosted.tell('/delete', { name: 'shop' })).toEqual(unknown);
    expect(await hosted.list()).toEqual({});
  });

  test('that does not exist is told as such, whatever its name', async () => {
    for (const name of ['none', '', '../shop', 'Shop', '__proto__', 'x'.repeat(100_000)]) {
      expect(await hosted.tell('/run', { name })).toEqual(unknown);
      expect(await hosted.tell('/delete', { name })).toEqual(unknown);
      expect(await hosted.tell('/add_domain', { name, domain: 'new.example.org' })).toEqual(unknown);
      expect(await hosted.tell('/stop', { name })).toEqual(refused("That container doesn't exist, or is not running."));
    }
  });

  test('bears whatever is called at once: each call is answered, none by a fault, and the last word holds', async () => {
    const calls = Array.from({ length: 60 }, (_, at) => {
      const name = at % 2 === 0 ? 'shop' : 'store';
      const path = ['/new', '/stop', '/run', '/add_domain', '/delete', '/new', '/run'][(at * 5) % 7] ?? '/new';
      const domain = `n${at % 3}.example.org`;
      return hosted.post(path, { name, image: 'hub.example/team/shop:2', domain, force: at % 4 === 0 });
    });
    const answers = await Promise.all(calls);
    const faults = answers.filter(({ status }) => ![200, 409].includes(status));
    expect(faults).toEqual([]);
    for (const name of ['shop', 'store']) await hosted.shop({ name });
    const running = { running: true, image: 'hub.example/team/shop:1' };
    expect(await hosted.list()).toMatchObject({ shop: running, store: running });
    const { books } = hosted.api.world.ledger;
    expect([books.operations.size, books.apps.size]).toEqual([0, 2]);
  });

  test('that cannot be started says why', async () => {
    await hosted.tell('/stop', { name: 'shop' });
    for (let time = 0; time < 20; time += 1)
      hosted.api.engine.controls.failNext('containers.start', new Problem('engine-failed', 'no such runtime'));
    const { status, body } = await hosted.post('/run', { name: 'shop' });
    expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
    expect(body.detail).toContain('no such runtime');
  });
});

describe('a domain', () => {
  const domain = 'www.example.org';
  const bound = (app: string) => refused(`That domain is already bound to ${app}. Use 'force=True' to overwrite.`);
  const add = (name: string, more: object = {}) => hosted.tell('/add_domain', { name, domain, ...more });

  beforeEach(async () => {
    await hosted.shop();
    await hosted.shop({ name: 'store' });
  });

  test('leads to one app, and may be added to it again', async () => {
    expect(await add('shop')).toEqual(success);
    expect(await add('shop')).toEqual(success);
    expect(await add('shop', { domain: 'WWW.example.ORG' })).toEqual(success);
    expect(await add('shop', { domain: 'shop.localhost' })).toEqual(success);
    expect(await hosted.list()).toMatchObject({ shop: { domains: ['shop.localhost', domain] } });
  });

  test('that is another’s is told before whether the app exists', async () => {
    await add('shop');
    expect(await add('store')).toEqual(bound('shop'));
    expect(await add('none')).toEqual(bound('shop'));
    expect(await add('none', { force: true })).toEqual(unknown);
  });

  test('is moved by force', async () => {
    await add('shop');
    expect(await add('store', { force: true })).toEqual(success);
    expect(await hosted.list()).toMatchObject({
      shop: { domains: ['shop.localhost'] },
      store: { domains: ['store.localhost', domain] },
    });
    expect(await add('shop', { force: false })).toEqual(bound('store'));
  });

  test('of another app’s own is not to be had, even by force or before the app is there', async () => {
    expect(await add('store', { domain: 'shop.localhost' })).toEqual(bound('shop'));
    for (const own of ['shop.localhost', 'later.localhost', 'localhost'])
      expect((await hosted.post('/add_domain', { name: 'store', domain: own, force: true })).status, own).toBe(400);
    expect(await hosted.list()).toMatchObject({ store: { domains: ['store.localhost'] } });
  });

  test('is added by each of many callers at once', async () => {
    const domains = Array.from({ length: 20 }, (_, at) => `n${at}.example.org`);
    const answers = await Promise.all(domains.map((one) => add('shop', { domain: one })));
    expect(answers).toEqual(domains.map(() => success));
    const { shop: view } = (await hosted.list()) as { shop: { domains: string[] } };
    expect(view.domains.toSorted()).toEqual(['shop.localhost', ...domains].toSorted());
  });

  test('that two apps want at once goes to one of them', async () => {
    const answers = await Promise.all([add('shop'), add('store')]);
    expect(answers).toContainEqual(success);
    expect(answers.filter((answer) => (answer as { success: boolean }).success)).toHaveLength(1);
  });

  test('is not forced with another word than true', async () => {
    expect((await hosted.post('/add_domain', { name: 'shop', domain, force: 'yes' })).status).toBe(400);
  });
});
