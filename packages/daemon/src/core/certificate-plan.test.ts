import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Certificate, type Chain, newCertificate } from './certificate.ts';
import { type CertificateSituation, planCertificates } from './certificate-plan.ts';
import { attemptBackOffMs, suggestedRenewal, usualRenewal } from './certificate-renewal.ts';
import { certificateCondition } from './certificate-state.ts';
import type { CertificateWish } from './certificate-wish.ts';

const dayMs = 86_400_000;
const now = 1_800_000_000_000;

function chain(fromDays: number, toDays: number): Chain {
  const times = { notBefore: now + fromDays * dayMs, notAfter: now + toDays * dayMs };
  return { certificatePem: 'c', keyPem: 'k', issuer: 'x', fingerprint: 'f', ...times };
}

function certificate(host: string, fields: Partial<Certificate> = {}): Certificate {
  return { ...newCertificate({ id: host, hosts: [host], now }), ...fields };
}

function issued(host: string, fromDays: number, toDays: number): Certificate {
  const given = chain(fromDays, toDays);
  return certificate(host, { chain: given, renewal: { ...usualRenewal(given, 0.5), checkAt: null } });
}

const wish = (host: string): CertificateWish => ({ hosts: [host], challenge: 'http-01' });

function plan(certificates: readonly Certificate[], more: Partial<CertificateSituation> = {}) {
  return planCertificates({
    wishes: certificates.map(({ hosts }) => ({ hosts, challenge: 'http-01' })),
    certificates,
    attempts: [],
    heldUntil: 0,
    busy: new Set(),
    ordersPerDomainPerWeek: 40,
    parallelOrders: 4,
    now,
    ...more,
  });
}

const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

describe('a host without a certificate', () => {
  test('is noted down, then ordered at once', () => {
    expect(plan([], { wishes: [wish('a.org')] }).create).toEqual([wish('a.org')]);
    expect(plan([certificate('a.org')]).issue).toEqual([{ id: 'a.org', challenge: 'http-01' }]);
  });

  test('waits for its back-off, for the budget, and while the authority wants to be left alone', () => {
    const late = plan([certificate('a.org', { notBefore: now + 5000 })]);
    expect([late.issue, late.wakeAt]).toEqual([[], now + 5000]);
    const held = plan([certificate('a.org')], { heldUntil: now + 7000 });
    expect([held.issue, held.wakeAt]).toEqual([[], now + 7000]);
    const attempts = [1, 2, 3].map((at) => ({ at: now - at, kind: 'failure' as const, hosts: ['a.org'] }));
    expect(plan([certificate('a.org')], { attempts })).toMatchObject({ issue: [], wakeAt: now - 3 + 3_600_000 });
  });

  test('whose order is under way goes on with it whatever the budget says', () => {
    const attempts = [1, 2, 3].map((at) => ({ at: now - at, kind: 'failure' as const, hosts: ['a.org'] }));
    const order = { directory: 'd', url: 'u', keyPem: 'k', createdAt: now };
    expect(ids(plan([certificate('a.org', { order })], { attempts }).issue)).toEqual(['a.org']);
  });

  test('comes before those that have one, and no more are ordered at a time than may be', () => {
    const [renewed, first, second] = [issued('old.org', -80, 10), certificate('a.org'), certificate('b.org')];
    expect(ids(plan([renewed, first, second], { parallelOrders: 2 }).issue)).toEqual(['a.org', 'b.org']);
    const busy = new Set(['a.org', 'elsewhere']);
    expect(ids(plan([renewed, first, second], { parallelOrders: 3, busy }).issue)).toEqual(['b.org']);
  });
});

describe('a certificate', () => {
  test('is renewed at two thirds of its life', () => {
    const early = plan([issued('a.org', -59, 31)]);
    expect([ids(early.issue), early.wakeAt]).toEqual([[], now + dayMs]);
    expect(ids(plan([issued('a.org', -61, 29)]).issue)).toEqual(['a.org']);
  });

  test('is renewed in the authority’s window, also when that is early', () => {
    const given = issued('a.org', -1, 89);
    const renewal = { at: now - 1, isSuggested: true, checkAt: now + dayMs };
    expect(ids(plan([{ ...given, renewal }]).issue)).toEqual(['a.org']);
  });

  test('asks the authority when to renew, as often as that likes', () => {
    const given = issued('a.org', -1, 89);
    const asking = (checkAt: number) => plan([{ ...given, renewal: { at: now + dayMs, isSuggested: false, checkAt } }]);
    expect(asking(now).askWindow).toEqual(['a.org']);
    expect(asking(now + 1000)).toMatchObject({ askWindow: [], wakeAt: now + 1000 });
  });

  test('that nobody wishes for is kept while it is valid, and forgotten then', () => {
    expect(plan([issued('a.org', -80, 10)], { wishes: [] })).toMatchObject({ issue: [], forget: [], tell: [] });
    expect(plan([issued('a.org', -90, -1)], { wishes: [] }).forget).toEqual(['a.org']);
    expect(plan([certificate('a.org')], { wishes: [] }).forget).toEqual(['a.org']);
  });

  test('whose end comes near is told about once, and its end once', () => {
    const near = issued('a.org', -80, 10);
    expect(plan([near]).tell).toEqual([{ id: 'a.org', told: 'expiring' }]);
    expect(plan([{ ...near, told: 'expiring' }])).toMatchObject({ tell: [], wakeAt: now + 10 * dayMs });
    const over = issued('a.org', -90, -1);
    expect(plan([{ ...over, told: 'expiring' }]).tell).toEqual([{ id: 'a.org', told: 'expired' }]);
    expect(plan([{ ...over, told: 'expired' }]).tell).toEqual([]);
  });

  test('of one’s own is told about a fortnight before its end, and never ordered', () => {
    const own = (toDays: number) => ({ ...issued('a.org', -300, toDays), source: 'upload' as const, renewal: null });
    expect(plan([own(15)], { wishes: [] })).toMatchObject({ tell: [], issue: [], wakeAt: now + dayMs });
    expect(plan([own(13)], { wishes: [] })).toMatchObject({ tell: [{ told: 'expiring' }], forget: [] });
  });
});

describe('what a person is told', () => {
  const failure = { at: now, code: 'domain-unproven' as const, detail: 'It leads elsewhere.' };
  const old = issued('a.org', -80, 10);
  const over = issued('a.org', -90, -1);
  test.each([
    ['a new one', certificate('a.org'), 'pending', 'It is being obtained.'],
    ['one that failed', certificate('a.org', { failure }), 'failed', 'It leads elsewhere.'],
    ['one that serves', issued('a.org', -1, 89), 'valid', null],
    [
      'one whose renewal failed early',
      { ...issued('a.org', -61, 29), failure },
      'valid',
      'could not be renewed yet. It leads elsewhere.',
    ],
    ['one near its end', old, 'expiring', 'It is being renewed.'],
    ['one near its end whose renewal failed', { ...old, failure }, 'expiring', 'It leads elsewhere.'],
    [
      'one of one’s own near its end',
      { ...old, source: 'upload' as const },
      'expiring',
      'Add the one that follows it.',
    ],
    ['one that ended', { ...over, failure }, 'failed', 'It ended on'],
    ['one that begins later', certificate('a.org', { chain: chain(1, 90) }), 'failed', 'not valid before'],
  ])('of %s', (...[, given, state, reason]) => {
    const condition = certificateCondition(given, now, null);
    expect(condition.state).toBe(state);
    if (reason === null) expect(condition.reason).toBeNull();
    else expect(condition.reason).toContain(reason);
  });

  test('of one that waits is what it waits for', () => {
    expect(certificateCondition(certificate('a.org'), now, 'It waits.')).toEqual({
      state: 'pending',
      reason: 'It waits.',
    });
  });
});

describe('a renewal', () => {
  test('without a word lies within a percent of two thirds', () => {
    const given = chain(0, 90);
    const days = [0, 0.5, 0.999].map((random) => (usualRenewal(given, random).at - now) / dayMs);
    expect(days[1]).toBeCloseTo(60);
    for (const one of days) expect(Math.abs(one - 60)).toBeLessThan(1);
  });

  test('keeps its moment while the window still holds it, and moves with the window', () => {
    const window = { startMs: now, endMs: now + 100, checkAgainAtMs: now + 5 };
    const first = suggestedRenewal(null, window, 0.25);
    expect(first).toEqual({ at: now + 25, isSuggested: true, checkAt: now + 5 });
    expect(suggestedRenewal(first, { ...window, endMs: now + 50 }, 0.9).at).toBe(now + 25);
    expect(suggestedRenewal(first, { ...window, endMs: now + 20 }, 0.5).at).toBe(now + 10);
    expect(suggestedRenewal({ ...first, isSuggested: false }, window, 0.5).at).toBe(now + 50);
  });

  test('that fails is tried later and later, up to a day', () => {
    const minutes = (kind: 'unseen' | 'counted', random = 0.5) =>
      [1, 2, 3, 9, 99].map((failures) => attemptBackOffMs(failures, kind, random) / 60_000);
    expect(minutes('unseen')).toEqual([1, 2, 4, 256, 1440]);
    expect(minutes('counted')).toEqual([10, 20, 40, 1440, 1440]);
    expect(minutes('unseen', 0)[0]).toBeCloseTo(0.8);
    expect(minutes('unseen', 0.999)[4]).toBe(1440);
  });
});

test('a plan always wakes later than now, and orders nothing that is busy or not its turn', () => {
  const moment = fc.integer({ min: now - 100 * dayMs, max: now + 100 * dayMs });
  const anyCertificate = fc.record({
    host: fc.constantFrom('a.org', 'b.org', 'c.org', 'd.org'),
    chain: fc.option(fc.tuple(fc.integer({ min: -90, max: 0 }), fc.integer({ min: 1, max: 90 })), { nil: null }),
    notBefore: moment,
    checkAt: fc.option(moment, { nil: null }),
    isBusy: fc.boolean(),
  });
  const anyList = fc.uniqueArray(anyCertificate, { selector: ({ host }) => host });
  fc.assert(
    fc.property(anyList, moment, (list, heldUntil) => {
      const certificates = list.map(({ host, chain: span, notBefore, checkAt }) => {
        const given = span === null ? null : chain(...span);
        const renewal = given === null ? null : { ...usualRenewal(given, 0.5), checkAt };
        return certificate(host, { chain: given, notBefore, renewal });
      });
      const busy: ReadonlySet<string> = new Set<string>(list.filter(({ isBusy }) => isBusy).map(({ host }) => host));
      const decided = plan(certificates, { busy, heldUntil, parallelOrders: 2 });
      expect(decided.wakeAt === null || decided.wakeAt > now).toBe(true);
      expect(decided.issue.length + busy.size).toBeLessThanOrEqual(Math.max(2, busy.size));
      for (const { id } of decided.issue) {
        const one = certificates.find((other): boolean => other.id === id);
        expect(busy.has(id) || (one?.notBefore ?? 0) > now || heldUntil > now).toBe(false);
      }
    }),
  );
});
