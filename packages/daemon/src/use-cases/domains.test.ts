import type { DomainRoute } from '@berth/spec/app-route';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addDomain, removeDomain } from './domains.ts';
import { showOperation } from './operations.ts';
import { removeApp } from './remove-app.ts';
import { appOf, deploy, deployed, settle } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

function at(host: string, pathPrefix = '/', stripPrefix = false): DomainRoute {
  return { host, pathPrefix, stripPrefix };
}

const hostsOf = (name: string) => appOf(context, name).domains.map(({ host, pathPrefix }) => host + pathPrefix);
const add = (name: string, domain: DomainRoute, rest: { force?: boolean } = {}) =>
  addDomain(context, ada, { name, domain, ...rest });

describe('a domain', () => {
  test('leads to the app that it was added to', async () => {
    await deployed(context, ada, 'blog');
    const { operation } = await add('blog', at('blog.example.org'));
    expect(operation).toMatchObject({ kind: 'domains', state: 'running' });
    expect(hostsOf('blog')).toEqual(['blog.example.org/']);
    expect((await context.store.load()).apps[0]?.domains).toEqual([at('blog.example.org')]);
  });

  test('that the app has already is a success without a change', async () => {
    const { version } = await deployed(context, ada, { name: 'blog', domains: [{ host: 'blog.example.org' }] });
    const { operation } = await add('blog', at('blog.example.org'));
    expect(operation).toMatchObject({ state: 'succeeded', phase: 'done' });
    expect(await showOperation(context, ada, operation.id)).toMatchObject({ state: 'succeeded', app: 'blog' });
    expect(appOf(context, 'blog').version).toBe(version);
  });

  test('may change whether its prefix is stripped', async () => {
    await deployed(context, ada, { name: 'blog', domains: [{ host: 'example.org', pathPrefix: '/blog' }] });
    await add('blog', at('example.org', '/blog', true));
    expect(appOf(context, 'blog').domains).toEqual([at('example.org', '/blog', true)]);
  });

  test('may lead elsewhere, and change where to', async () => {
    await deployed(context, ada, 'blog');
    const redirect = { to: 'https://blog.example.org', status: 301, keepPath: true } as const;
    await add('blog', { ...at('www.example.org'), redirect });
    await add('blog', { ...at('www.example.org'), redirect: { ...redirect, status: 308 } });
    expect(appOf(context, 'blog').domains).toEqual([
      { ...at('www.example.org'), redirect: { ...redirect, status: 308 } },
    ]);
    const { operation } = await add('blog', { ...at('www.example.org'), redirect: { ...redirect, status: 308 } });
    expect(operation).toMatchObject({ state: 'succeeded', detail: 'There was nothing to change.' });
  });

  test('may require https, without a new release', async () => {
    await deployed(context, ada, { name: 'blog', domains: [{ host: 'blog.example.org' }] });
    await add('blog', { ...at('blog.example.org'), requireTls: true });
    expect(appOf(context, 'blog')).toMatchObject({ domains: [{ requireTls: true }], target: null, lastRelease: 1 });
  });

  test('is taken away again, and only it', async () => {
    await deployed(context, ada, { name: 'blog', domains: [{ host: 'one.example.org' }, { host: 'two.example.org' }] });
    await removeDomain(context, ada, { name: 'blog', host: 'one.example.org', pathPrefix: '/' });
    expect(hostsOf('blog')).toEqual(['two.example.org/']);
    const again = removeDomain(context, ada, { name: 'blog', host: 'one.example.org', pathPrefix: '/' });
    await expect(again).rejects.toMatchObject({ code: 'domain-not-found' });
  });

  test('is free for another app once it was taken away, and once its app is gone', async () => {
    await deployed(context, ada, { name: 'blog', domains: [{ host: 'www.example.org' }] });
    await removeDomain(context, ada, { name: 'blog', host: 'www.example.org', pathPrefix: '/' });
    await deployed(context, bob, { name: 'shop', domains: [{ host: 'www.example.org' }] });
    expect(hostsOf('shop')).toEqual(['www.example.org/']);
  });

  test('cannot be added during a roll-out, nor to an app that is going', async () => {
    await deploy(context, ada, 'blog');
    await expect(add('blog', at('blog.example.org'))).rejects.toMatchObject({ code: 'operation-in-progress' });
    await removeApp(context, ada, { name: 'blog', volumes: [] });
    await expect(add('blog', at('blog.example.org'))).rejects.toMatchObject({ code: 'wrong-state' });
  });

  test('waits for no engine that does not answer', async () => {
    await deployed(context, ada, 'blog');
    setConnected(context, 'local', false);
    await expect(add('blog', at('blog.example.org'))).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  test('as a dry run changes nothing', async () => {
    await deployed(context, ada, 'blog');
    const { app } = await addDomain(context, ada, { name: 'blog', domain: at('blog.example.org'), dryRun: true });
    expect(app.domains).toHaveLength(1);
    expect(hostsOf('blog')).toEqual([]);
  });

  test('the hundred-and-first is one too many', async () => {
    const domains = Array.from({ length: 100 }, (_, index) => ({ host: `d${index}.example.org` }));
    await deployed(context, ada, { name: 'blog', domains });
    await expect(add('blog', at('more.example.org'))).rejects.toMatchObject({ code: 'validation-failed' });
  });
});

describe('a host', () => {
  beforeEach(async () => {
    await deployed(context, ada, { name: 'blog', domains: [{ host: 'www.example.org' }] });
  });

  test('serves one app only', async () => {
    await deployed(context, ada, 'shop');
    const refusal = { code: 'domain-taken', message: expect.stringContaining('"blog"') as string };
    await expect(add('shop', at('www.example.org'))).rejects.toMatchObject(refusal);
    await expect(deploy(context, ada, { name: 'third', domains: [{ host: 'www.example.org' }] })).rejects.toMatchObject(
      refusal,
    );
  });

  test('may lead to several apps of one owner, by their prefixes', async () => {
    await deployed(context, ada, 'shop');
    await add('shop', at('www.example.org', '/shop'));
    expect(hostsOf('shop')).toEqual(['www.example.org/shop']);
  });

  test('belongs to one owner: another has no part of it, and is not told whose it is', async () => {
    const refusal = deploy(context, bob, {
      name: 'shop',
      domains: [{ host: 'www.example.org', pathPrefix: '/login' }],
    });
    await expect(refusal).rejects.toMatchObject({
      code: 'domain-taken',
      message: expect.not.stringContaining('blog') as string,
    });
    await deployed(context, root, { name: 'portal', domains: [{ host: 'www.example.org', pathPrefix: '/portal' }] });
    expect(hostsOf('portal')).toEqual(['www.example.org/portal']);
  });

  test('that an administrator gave a part of to another owner stays with both: each may deploy on', async () => {
    await deployed(context, root, { name: 'portal', domains: [{ host: 'www.example.org', pathPrefix: '/portal' }] });
    await deployed(context, ada, {
      name: 'blog',
      domains: [{ host: 'www.example.org' }, { host: 'www.example.org', pathPrefix: '/new' }],
    });
    expect(hostsOf('blog')).toEqual(['www.example.org/', 'www.example.org/new']);
  });

  test.each([
    ['another app’s own, also of one that is not there yet', 'other.localhost'],
    ['the base domain', 'localhost'],
    ['the app’s own, which leads to it anyhow', 'blog.localhost'],
  ])('that is %s is refused', async (_, host) => {
    await expect(add('blog', at(host))).rejects.toMatchObject({
      code: 'validation-failed',
      facts: { errors: [{ field: 'host' }] },
    });
    const deployment = deploy(context, ada, { name: 'blog', domains: [{ host: 'fine.example.org' }, { host }] });
    await expect(deployment).rejects.toMatchObject({ facts: { errors: [{ field: 'domains[1]' }] } });
  });

  test('of the app’s own may have a prefix stripped', async () => {
    await add('blog', at('blog.localhost', '/api', true));
    expect(hostsOf('blog')).toContain('blog.localhost/api');
  });

  test('is not listed twice', async () => {
    const twice = [{ host: 'a.example.org' }, { host: 'a.example.org', stripPrefix: true }];
    await expect(deploy(context, ada, { name: 'shop', domains: twice })).rejects.toMatchObject({
      facts: { errors: [{ field: 'domains[1]' }] },
    });
  });
});

describe('a wildcard', () => {
  beforeEach(async () => {
    await deployed(context, ada, 'blog');
    await addDomain(context, root, { name: 'blog', domain: at('*.example.org') });
  });

  test('is given by administrators alone', async () => {
    await deployed(context, ada, 'shop');
    await expect(add('shop', at('*.shop.example.com'))).rejects.toMatchObject({ code: 'forbidden' });
    const wish = { name: 'shop', domains: [{ host: '*.example.com' }] };
    await expect(deploy(context, ada, wish)).rejects.toMatchObject({ code: 'forbidden' });
    expect(hostsOf('blog')).toEqual(['*.example.org/']);
  });

  test('stays with its app, whose owner may deploy on', async () => {
    await deployed(context, ada, { name: 'blog', domains: [{ host: '*.example.org' }, { host: 'a.example.org' }] });
    expect(hostsOf('blog')).toEqual(['*.example.org/', 'a.example.org/']);
  });

  test('keeps the hosts below it from other owners, and them only', async () => {
    await deployed(context, bob, 'shop');
    const take = (host: string) => addDomain(context, bob, { name: 'shop', domain: at(host) });
    await expect(take('shop.example.org')).rejects.toMatchObject({ code: 'domain-taken' });
    await expect(take('a.shop.example.org')).rejects.toMatchObject({ code: 'domain-taken' });
    await take('example.org');
    expect(hostsOf('shop')).toEqual(['example.org/']);
  });

  test('below the base domain would take in the apps that are still to come', async () => {
    const all = addDomain(context, root, { name: 'blog', domain: at('*.localhost') });
    await expect(all).rejects.toMatchObject({ code: 'validation-failed' });
  });
});

describe('to force a domain', () => {
  beforeEach(async () => {
    await deployed(context, ada, {
      name: 'blog',
      domains: [{ host: 'www.example.org' }, { host: 'blog.example.org' }],
    });
  });

  test('moves it from one’s other app: both change in one commit', async () => {
    await deployed(context, ada, 'shop');
    const before = { revision: context.ledger.revision, blog: appOf(context, 'blog').version };
    const { app } = await add('shop', at('www.example.org'), { force: true });
    expect(context.ledger.revision).toBe(before.revision + 1);
    expect([hostsOf('blog'), hostsOf('shop')]).toEqual([['blog.example.org/'], ['www.example.org/']]);
    expect(appOf(context, 'blog').version).toBe(before.blog + 1);
    expect(context.ledger.books.domains.get('www.example.org/')).toBe(app.id);
    const { operations, apps } = await context.store.load();
    expect(operations.map(({ kind, appName }) => `${kind} of ${appName}`).toSorted()).toEqual([
      'domains of blog',
      'domains of shop',
    ]);
    expect(apps.map(({ name, domains }) => `${name} has ${domains.length}`).toSorted()).toEqual([
      'blog has 1',
      'shop has 1',
    ]);
  });

  test('and back again', async () => {
    await deployed(context, ada, 'shop');
    await add('shop', at('www.example.org'), { force: true });
    await settle(context, 'shop');
    await settle(context, 'blog');
    await add('blog', at('www.example.org'), { force: true });
    expect([hostsOf('blog'), hostsOf('shop')]).toEqual([['blog.example.org/', 'www.example.org/'], []]);
  });

  test('takes nothing from other owners, but for administrators', async () => {
    await deployed(context, bob, 'shop');
    const byBob = addDomain(context, bob, { name: 'shop', domain: at('www.example.org'), force: true });
    await expect(byBob).rejects.toMatchObject({
      code: 'domain-taken',
      message: expect.not.stringContaining('blog') as string,
    });
    await addDomain(context, root, { name: 'shop', domain: at('www.example.org'), force: true });
    expect(hostsOf('shop')).toEqual(['www.example.org/']);
  });

  test('is refused while the other app is being rolled out', async () => {
    await deployed(context, ada, 'shop');
    await deploy(context, ada, 'blog');
    await expect(add('shop', at('www.example.org'), { force: true })).rejects.toMatchObject({
      code: 'operation-in-progress',
      facts: { app: 'blog' },
    });
  });
});
