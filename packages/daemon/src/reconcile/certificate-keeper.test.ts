import { generateKeyPairSync } from 'node:crypto';
import { Problem } from '@berth/spec/problem';
import { afterEach, describe, expect, test } from 'vitest';
import { createSelfSigned } from '../adapters/acme/der/self-signed.ts';
import { putCertificate, removeCertificate, showCertificate } from '../use-cases/certificates.ts';
import { renewCertificate } from '../use-cases/renew-certificate.ts';
import { removeApp } from '../use-cases/remove-app.ts';
import { ada, root } from '../use-cases/test-context.contract.ts';
import { TestKeeper } from './test-keeper.contract.ts';

const dayMs = 86_400_000;
const never = new AbortController().signal;

let keeper: TestKeeper;
afterEach(() => keeper.close());

/** A certificate as somebody brings it. */
function bring(hosts: readonly string[], lifeDays = 365) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Math.floor(keeper.context.clock.now() / 1000) * 1000;
  const facts = { commonName: 'Own CA', hosts, notBefore: now - dayMs, notAfter: now + lifeDays * dayMs };
  return {
    certificatePem: createSelfSigned(facts, privateKey),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

const show = (host: string) => showCertificate(keeper.context, root, host);
const kinds = async () => (await keeper.events()).map(({ kind }) => kind);

describe('an app that takes visitors', () => {
  test('gets a certificate for each of its hosts, and the edge shows them', async () => {
    keeper = await TestKeeper.start();
    await keeper.serve('shop', 'shop.org');
    await keeper.issued('shop.apps.example.com');
    const { chain } = await keeper.issued('shop.org');
    expect(chain?.notAfter).toBeGreaterThan(keeper.context.clock.now() + 89 * dayMs);
    expect(show('shop.org')).toMatchObject({ state: 'valid', reason: null, issuer: 'Memory CA', source: 'acme' });
    expect(await keeper.events()).toMatchObject([
      { kind: 'certificate.issued', app: 'shop', owner: 'ada' },
      { kind: 'certificate.issued', app: 'shop', owner: 'ada' },
    ]);
    await keeper.until(() => keeper.edge.challenges.length === 0);
  });

  test('below a base domain whose zone can be written shares one wildcard with all others', async () => {
    keeper = await TestKeeper.start({ dnsZones: ['apps.example.com'] });
    await keeper.serve('shop');
    await keeper.serve('blog');
    await keeper.issued('*.apps.example.com');
    expect(keeper.shown('blog.apps.example.com')).toBe(keeper.shown('shop.apps.example.com'));
    expect(keeper.authority.orders.size).toBe(1);
    expect(keeper.records.size).toBe(0);
  });

  test('keeps its certificate when it is removed, and has it again when it comes back', async () => {
    keeper = await TestKeeper.start();
    await keeper.serve('shop');
    const { id } = await keeper.issued('shop.apps.example.com');
    await removeApp(keeper.context, ada, { name: 'shop', volumes: [] });
    await keeper.settled();
    expect(keeper.find('shop.apps.example.com')?.id).toBe(id);
    expect(keeper.authority.orders.size).toBe(1);
  });
});

describe('a domain that does not lead here', () => {
  test('costs no order at the authority; its reason is told, and it is tried later and later', async () => {
    keeper = await TestKeeper.start();
    keeper.away.add('shop.org');
    await keeper.serve('shop', 'shop.org');
    const { notBefore } = await keeper.failed('shop.org');
    expect(notBefore - keeper.context.clock.now()).toBe(60_000);
    expect(show('shop.org')).toMatchObject({ state: 'failed', reason: 'shop.org does not lead here.', failures: 1 });
    expect(keeper.authority.calls).not.toContain('openOrder shop.org');
    keeper.context.clock.advance(59_000);
    await keeper.settled();
    expect(keeper.get('shop.org').failures).toBe(1);
    keeper.context.clock.advance(1_000);
    await keeper.failed('shop.org', 2);
    keeper.away.delete('shop.org');
    keeper.context.clock.advance(120_000);
    await keeper.issued('shop.org');
    expect(keeper.get('shop.org')).toMatchObject({ failures: 0, failure: null });
    expect(await keeper.events()).toContainEqual(
      expect.objectContaining({
        kind: 'certificate.failed',
        app: 'shop',
        detail: expect.stringContaining('shop.org') as string,
      }),
    );
  });

  test('and that only the authority sees counts there: not more than three in an hour', async () => {
    keeper = await TestKeeper.start();
    await keeper.serve('shop', 'shop.org');
    await keeper.issued('shop.org');
    keeper.authority.sees = () => false;
    await keeper.serve('blog', 'blog.org');
    await keeper.failed('blog.org');
    for (let minute = 0; minute < 60; minute += 1) {
      keeper.context.clock.advance(60_000);
      await keeper.settled();
    }
    expect(keeper.authority.calls.filter((call) => call === 'openOrder blog.org').length).toBeLessThanOrEqual(3);
    expect(keeper.get('blog.org').failure?.code).toBe('domain-unproven');
    expect(keeper.get('shop.org').failures).toBe(0);
  });
});

test('a domain that the authority does not see is not shown to it a fourth time within an hour, whoever asks', async () => {
  keeper = await TestKeeper.start();
  keeper.authority.sees = () => false;
  await keeper.serve('shop');
  await keeper.failed('shop.apps.example.com');
  const again = () =>
    renewCertificate(keeper.context, ada, { key: 'shop.apps.example.com', timeoutMs: 60_000, signal: never });
  await expect(again()).rejects.toMatchObject({ code: 'domain-unproven' });
  await expect(again()).rejects.toMatchObject({ code: 'domain-unproven' });
  await expect(again()).rejects.toMatchObject({
    code: 'authority-limited',
    message: expect.stringContaining('could not see shop.apps.example.com') as string,
  });
  keeper.context.clock.advance(3_600_000);
  keeper.authority.sees = () => true;
  expect(await again()).toMatchObject({ state: 'valid' });
});

describe('an authority', () => {
  test('that is away is asked again with the same order', async () => {
    keeper = await TestKeeper.start();
    keeper.authority.failNext('obtain', new Problem('authority-unreachable', 'away'));
    await keeper.serve('shop');
    const { order } = await keeper.failed('shop.apps.example.com');
    expect(order?.url).toBe('memory:order-1');
    keeper.context.clock.advance(60_000);
    await keeper.issued('shop.apps.example.com');
    expect(keeper.authority.orders.size).toBe(1);
  });

  test('that puts an order off is left alone for so long', async () => {
    keeper = await TestKeeper.start();
    const facts = { retryAfterMs: 2 * dayMs };
    keeper.authority.failNext('openOrder', new Problem('authority-limited', 'too many', { facts }));
    await keeper.serve('shop');
    const { notBefore } = await keeper.failed('shop.apps.example.com');
    expect(notBefore).toBe(keeper.context.clock.now() + 2 * dayMs);
  });

  test('that is busy is left alone by all', async () => {
    keeper = await TestKeeper.start();
    const facts = { retryAfterMs: 600_000, isBusy: true };
    keeper.authority.failNext('openOrder', new Problem('authority-limited', 'busy', { facts }));
    await keeper.serve('shop');
    await keeper.failed('shop.apps.example.com');
    await keeper.serve('blog');
    await keeper.settled();
    expect(keeper.authority.count('openOrder')).toBe(1);
    expect(show('blog.apps.example.com')).toMatchObject({
      state: 'pending',
      reason: expect.stringContaining('left alone') as string,
    });
    keeper.context.clock.advance(600_000);
    await keeper.issued('blog.apps.example.com');
    await keeper.issued('shop.apps.example.com');
  });

  test('is asked for no more at a time than is allowed', async () => {
    keeper = await TestKeeper.start({ parallelOrders: 2 });
    const release = keeper.authority.hold('obtain');
    await keeper.serve('shop', 'a.org', 'b.org', 'c.org');
    await keeper.until(() => keeper.authority.count('obtain') === 2);
    await keeper.settled();
    expect(keeper.authority.orders.size).toBe(2);
    release();
    for (const host of ['a.org', 'b.org', 'c.org', 'shop.apps.example.com']) await keeper.issued(host);
  });

  test('is not asked beyond a domain’s weekly share, and it is said when it goes on', async () => {
    keeper = await TestKeeper.start({ ordersPerDomainPerWeek: 2 });
    await keeper.serve('shop', 'a.example.org', 'b.example.org', 'c.example.org');
    await keeper.until(() => keeper.authority.count('obtain') >= 3);
    await keeper.settled();
    const waiting = ['a', 'b', 'c'].map((name) => show(`${name}.example.org`)).filter(({ state }) => state !== 'valid');
    expect(waiting).toMatchObject([{ state: 'pending', reason: expect.stringContaining('example.org') as string }]);
    keeper.context.clock.advance(7 * dayMs);
    for (const name of ['a', 'b', 'c']) await keeper.issued(`${name}.example.org`);
  });
});

describe('a restart', () => {
  test.each(['openOrder', 'prove', 'obtain'] as const)('during %s costs no second certificate', async (step) => {
    keeper = await TestKeeper.start();
    const release = keeper.authority.hold(step);
    await keeper.serve('shop');
    await keeper.until(() => keeper.authority.count(step) === 1);
    await keeper.restart();
    expect(keeper.get('shop.apps.example.com').failures).toBe(0);
    release();
    await keeper.issued('shop.apps.example.com');
    expect(await kinds()).toEqual(['certificate.issued']);
    expect(keeper.authority.count('obtain')).toBeLessThanOrEqual(2);
    expect(keeper.authority.orders.size).toBeLessThanOrEqual(step === 'openOrder' ? 2 : 1);
  });

  test('does not forget what was ordered: the budget holds', async () => {
    keeper = await TestKeeper.start({ ordersPerDomainPerWeek: 1 });
    await keeper.serve('shop');
    await keeper.issued('shop.apps.example.com');
    await keeper.restart();
    await keeper.serve('blog');
    await keeper.settled();
    expect(keeper.authority.orders.size).toBe(1);
  });

  test('after an order has become worthless begins a new one', async () => {
    keeper = await TestKeeper.start();
    const release = keeper.authority.hold('prove');
    await keeper.serve('shop');
    await keeper.until(() => keeper.authority.count('prove') === 1);
    for (const order of keeper.authority.orders.values()) order.state = 'invalid';
    await keeper.restart();
    release();
    await keeper.issued('shop.apps.example.com');
    expect(keeper.authority.orders.size).toBe(2);
  });
});

describe('a certificate', () => {
  test('is renewed at two thirds of its life; the old one serves until the new one does', async () => {
    keeper = await TestKeeper.start();
    await keeper.serve('shop');
    const before = await keeper.issued('shop.apps.example.com');
    keeper.context.clock.advance(59 * dayMs);
    await keeper.settled();
    expect(keeper.authority.orders.size).toBe(1);
    const release = keeper.authority.hold('obtain');
    keeper.context.clock.advance(2 * dayMs);
    await keeper.until(() => keeper.authority.count('obtain') === 2);
    expect(keeper.shown('shop.apps.example.com')).toBe(before.chain?.certificatePem);
    expect(keeper.authority.orders.get('memory:order-2')?.replaces).toBe(before.chain?.certificatePem);
    release();
    await keeper.until(() => keeper.shown('shop.apps.example.com') !== before.chain?.certificatePem);
    const after = await keeper.issued('shop.apps.example.com');
    expect(after.id).toBe(before.id);
  });

  test('is renewed in the authority’s window, also one that opens early', async () => {
    keeper = await TestKeeper.start();
    const now = keeper.context.clock.now();
    keeper.authority.window = { startMs: now + 50 * dayMs, endMs: now + 52 * dayMs };
    await keeper.serve('shop');
    await keeper.issued('shop.apps.example.com');
    await keeper.until(() => keeper.get('shop.apps.example.com').renewal?.isSuggested === true);
    expect(keeper.get('shop.apps.example.com').renewal?.at).toBe(now + 51 * dayMs);
    keeper.authority.window = { startMs: now, endMs: now + 1000 };
    keeper.context.clock.advance(dayMs);
    await keeper.until(() => keeper.authority.orders.size === 2);
  });

  test('that cannot be renewed serves on, and its end is told before and when it comes', async () => {
    keeper = await TestKeeper.start();
    await keeper.serve('shop');
    const { chain } = await keeper.issued('shop.apps.example.com');
    keeper.away.add('shop.apps.example.com');
    keeper.context.clock.advance(61 * dayMs);
    await keeper.failed('shop.apps.example.com');
    expect(show('shop.apps.example.com')).toMatchObject({
      state: 'valid',
      reason: expect.stringContaining('renewed') as string,
    });
    keeper.context.clock.advance(13 * dayMs);
    await keeper.until(() => keeper.get('shop.apps.example.com').told === 'expiring');
    expect(show('shop.apps.example.com').state).toBe('expiring');
    keeper.context.clock.advance(20 * dayMs);
    await keeper.until(() => keeper.get('shop.apps.example.com').told === 'expired');
    expect(show('shop.apps.example.com')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('ended') as string,
    });
    expect(keeper.shown('shop.apps.example.com')).toBe(chain?.certificatePem);
    await expect.poll(kinds).toEqual(expect.arrayContaining(['certificate.expiring', 'certificate.expired']));
    keeper.context.clock.advance(dayMs);
    await keeper.settled();
    expect((await kinds()).filter((kind) => kind === 'certificate.expired')).toHaveLength(1);
  });

  test('is renewed when somebody asks, but not against the limits', async () => {
    keeper = await TestKeeper.start({ ordersPerDomainPerWeek: 2 });
    await keeper.serve('shop');
    const before = await keeper.issued('shop.apps.example.com');
    const wish = { key: 'shop.apps.example.com', timeoutMs: 60_000, signal: never };
    const renewed = await renewCertificate(keeper.context, ada, wish);
    expect(renewed.fingerprint).not.toBe(before.chain?.fingerprint);
    await expect(renewCertificate(keeper.context, ada, wish)).rejects.toMatchObject({ code: 'authority-limited' });
  });

  test('whose renewal somebody waits for says why it failed', async () => {
    keeper = await TestKeeper.start();
    await keeper.serve('shop');
    await keeper.issued('shop.apps.example.com');
    keeper.away.add('shop.apps.example.com');
    const waiting = renewCertificate(keeper.context, ada, {
      key: 'shop.apps.example.com',
      timeoutMs: 60_000,
      signal: never,
    });
    await expect(waiting).rejects.toMatchObject({ code: 'domain-unproven' });
  });
});

describe('a certificate of one’s own', () => {
  test('wins over the authority’s, and gives way to it when it is removed', async () => {
    keeper = await TestKeeper.start();
    await keeper.serve('shop', 'shop.org');
    const issued = await keeper.issued('shop.org');
    const own = bring(['shop.org']);
    await putCertificate(keeper.context, ada, own);
    await keeper.until(() => keeper.shown('shop.org') === own.certificatePem);
    expect(show('shop.org')).toMatchObject({ source: 'upload', state: 'valid', issuer: 'Own CA' });
    const { id } = show('shop.org');
    await removeCertificate(keeper.context, ada, id);
    await keeper.until(() => keeper.shown('shop.org') === issued.chain?.certificatePem);
  });

  test('is there before the app: nothing is ordered', async () => {
    keeper = await TestKeeper.start();
    await putCertificate(keeper.context, root, bring(['*.apps.example.com', 'shop.org']));
    await keeper.serve('shop', 'shop.org');
    await keeper.until(() => keeper.shown('shop.apps.example.com') !== undefined);
    await keeper.settled();
    expect(keeper.authority.orders.size).toBe(0);
  });

  test('that ends is followed by one of the authority’s', async () => {
    keeper = await TestKeeper.start();
    await putCertificate(keeper.context, root, bring(['shop.apps.example.com'], 20));
    await keeper.serve('shop');
    await keeper.settled();
    keeper.context.clock.advance(14 * dayMs);
    await keeper.until(() => keeper.get('shop.apps.example.com').told === 'expiring');
    expect(keeper.authority.orders.size).toBe(0);
    keeper.context.clock.advance(6 * dayMs);
    await keeper.until(() => keeper.authority.orders.size === 1);
    await keeper.until(() => keeper.edge.certificateFor('shop.apps.example.com')?.certificatePem !== undefined);
  });

  test('in files is read, read again when they change, and kept when they cannot be used', async () => {
    keeper = await TestKeeper.start();
    const first = bring(['files.org']);
    keeper.changeFiles(first);
    await keeper.until(() => keeper.shown('files.org') === first.certificatePem);
    const second = bring(['files.org']);
    keeper.changeFiles({ ...second, keyPem: first.keyPem });
    await keeper.until(() => keeper.get('files.org').failure !== null);
    expect(show('files.org')).toMatchObject({
      state: 'valid',
      reason: expect.stringContaining('not the key') as string,
    });
    expect(keeper.shown('files.org')).toBe(first.certificatePem);
    keeper.changeFiles(second);
    await keeper.until(() => keeper.shown('files.org') === second.certificatePem);
    expect(show('files.org')).toMatchObject({ state: 'valid', reason: null, source: 'file' });
    keeper.changeFiles({ reason: 'There is no file /tls/shop.pem.' });
    await keeper.until(() => keeper.get('files.org').failure !== null);
    expect(keeper.shown('files.org')).toBe(second.certificatePem);
  });
});

test('an edge that was away is told all certificates again', async () => {
  keeper = await TestKeeper.start();
  await keeper.serve('shop');
  const { chain } = await keeper.issued('shop.apps.example.com');
  await keeper.edge.putCertificates([]);
  keeper.edge.disconnect();
  keeper.edge.connect();
  await keeper.until(() => keeper.shown('shop.apps.example.com') === chain?.certificatePem);
});
