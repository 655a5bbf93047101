import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attempt } from './certificate.ts';
import { admitOrder, withAttempt } from './certificate-budget.ts';

const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
const now = 1_800_000_000_000;

function admit(attempts: readonly Attempt[], hosts: readonly string[], isSuggested = false) {
  return admitOrder(attempts, { hosts, isSuggested, now, ordersPerDomainPerWeek: 40 });
}

function times(count: number, attempt: Omit<Attempt, 'at'>, spacingMs = 1000): Attempt[] {
  return Array.from({ length: count }, (_, index) => ({ ...attempt, at: now - 1 - index * spacingMs }));
}

describe('an order', () => {
  test('is made at once where little was asked for', () => {
    expect(admit([], ['a.example.org'])).toEqual({ at: now, reason: null });
    expect(admit(times(3, { kind: 'order', hosts: ['a.example.org'] }), ['a.example.org']).at).toBe(now);
  });

  test('of the same hosts a fifth time waits until the oldest of four is a week old', () => {
    const attempts = times(4, { kind: 'order', hosts: ['a.example.org'] }, hourMs);
    const { at, reason } = admit(attempts, ['a.example.org']);
    expect(at).toBe(now - 1 - 3 * hourMs + weekMs);
    expect(reason).toContain('a.example.org');
    expect(admit(attempts, ['b.example.org']).at).toBe(now);
  });

  test('below a domain that has had its forty waits, whatever the host', () => {
    const attempts = Array.from({ length: 40 }, (_, index) => ({
      at: now - (index + 1) * hourMs,
      kind: 'order' as const,
      hosts: [`app-${index}.example.org`],
    }));
    expect(admit(attempts, ['new.example.org'])).toEqual({
      at: now - 40 * hourMs + weekMs,
      reason: expect.stringContaining('example.org') as string,
    });
    expect(admit(attempts, ['new.example.net']).at).toBe(now);
  });

  test('that the authority has suggested counts only among all orders', () => {
    const attempts = times(60, { kind: 'order', hosts: ['a.example.org'] });
    expect(admit(attempts, ['a.example.org'], true).at).toBe(now);
    expect(admit(times(250, { kind: 'renewal', hosts: ['b.org'] }), ['a.example.org'], true).at).toBeGreaterThan(now);
  });

  test('of a host that the authority could not see three times within an hour waits', () => {
    const attempts = times(3, { kind: 'failure', hosts: ['a.example.org'] }, 60_000);
    expect(admit(attempts, ['a.example.org'])).toEqual({
      at: now - 1 - 120_000 + hourMs,
      reason: expect.stringContaining('could not see a.example.org') as string,
    });
    expect(admit(attempts, ['b.example.org']).at).toBe(now);
  });
});

test('whoever orders whenever it is admitted never goes beyond any limit of the authority', () => {
  const wish = fc.record({
    host: fc.constantFrom(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}.example.org`), 'x.example.net'),
    pauseMs: fc.integer({ min: 0, max: 2 * hourMs }),
    fails: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(wish, { minLength: 50, maxLength: 400 }), (wishes) => {
      let [time, attempts]: [number, Attempt[]] = [now, []];
      const orders: Attempt[] = [];
      const failures: Attempt[] = [];
      for (const { host, pauseMs, fails } of wishes) {
        time += pauseMs;
        const plan = { hosts: [host], isSuggested: false, now: time, ordersPerDomainPerWeek: 40 };
        time = Math.max(time, admitOrder(attempts, plan).at);
        const order: Attempt = { at: time, kind: 'order', hosts: [host] };
        orders.push(order);
        attempts = withAttempt(attempts, order);
        if (fails) {
          failures.push({ ...order, kind: 'failure' });
          attempts = withAttempt(attempts, { ...order, kind: 'failure' });
        }
      }
      expect(
        mostWithin(
          orders.filter(({ hosts }) => hosts[0]?.endsWith('.org')),
          weekMs,
        ),
      ).toBeLessThanOrEqual(40);
      for (const host of new Set(wishes.map((one) => one.host))) {
        const of = (list: Attempt[]) => list.filter(({ hosts }) => hosts[0] === host);
        expect(mostWithin(of(orders), weekMs)).toBeLessThanOrEqual(4);
        expect(mostWithin(of(failures), hourMs)).toBeLessThanOrEqual(3);
      }
      expect(attempts.length).toBeLessThanOrEqual(400);
    }),
    { numRuns: 40 },
  );
});

/** The most that lie in any span. */
function mostWithin(attempts: readonly Attempt[], spanMs: number): number {
  return Math.max(
    0,
    ...attempts.map(({ at }) => attempts.filter((other) => other.at > at - spanMs && other.at <= at).length),
  );
}
