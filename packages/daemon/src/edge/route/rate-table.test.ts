import { describe, expect, test } from 'vitest';
import { RateTable, visitorKey } from './rate-table.ts';

/** How many of `count` requests at one moment get through. */
function countPassed(rates: RateTable, key: string, { perSecond = 2, nowMs = 0, count = 100 } = {}): number {
  let passed = 0;
  for (let asked = 0; asked < count; asked += 1) if (rates.take(key, perSecond, nowMs) === 0) passed += 1;
  return passed;
}

describe('one visitor', () => {
  test('may ask ten seconds’ worth at once, then at the rate', () => {
    const rates = new RateTable();
    expect(countPassed(rates, 'x')).toBe(20);
    expect(countPassed(rates, 'x', { nowMs: 1_000 })).toBe(2);
    expect(countPassed(rates, 'x', { nowMs: 3_500 })).toBe(5);
    expect(countPassed(rates, 'x', { nowMs: 3_600_000 })).toBe(20);
  });

  test('is told how long to wait', () => {
    const rates = new RateTable();
    countPassed(rates, 'x');
    expect(rates.take('x', 2, 0)).toBe(500);
    expect(rates.take('x', 2, 400)).toBeCloseTo(100);
    expect(rates.take('x', 2, 500)).toBe(0);
  });

  test('may ask once where the rate is a fraction of one in ten seconds', () => {
    const rates = new RateTable();
    expect(countPassed(rates, 'x', { perSecond: 0.01 })).toBe(1);
    expect(countPassed(rates, 'x', { perSecond: 0.01, nowMs: 100_000 })).toBe(1);
  });
});

test('visitors do not take from each other', () => {
  const rates = new RateTable();
  expect([countPassed(rates, 'x'), countPassed(rates, 'y')]).toEqual([20, 20]);
});

test('many visitors cost a fixed amount of memory: those idle longest give way', () => {
  const rates = new RateTable(100);
  countPassed(rates, 'busy');
  for (let visitor = 0; visitor < 10_000; visitor += 1) {
    rates.take(`visitor ${visitor}`, 2, 0);
    expect(rates.take('busy', 2, 0)).toBeGreaterThan(0);
  }
  expect(rates.size).toBe(100);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1:2:3:4:5', 'fe80:0:0:1'],
])('%s counts as %s', (address, key) => {
  expect(visitorKey(address)).toBe(key);
});
