import { expect, test } from 'vitest';
import { counter, CounterTable } from './counter-table.ts';

const MANY = 100;

test('rows keep their own numbers, however many there come to be', () => {
  const table = new CounterTable();
  const rows = Array.from({ length: MANY }, (_, at) => {
    const row = table.open();
    table.add(row, counter.requests, at);
    table.addStatus(row, 4, at);
    table.addLatency(row, 31);
    return row;
  });
  expect(rows.map((row) => table.get(row, counter.requests))).toEqual(rows.map((_, at) => at));
  expect(rows.map((row) => table.statusesOf(row))).toEqual(rows.map((_, at) => [0, 0, 0, 0, at]));
  expect(new Set(rows.map((row) => table.latencyOf(row).counts.join()))).toEqual(
    new Set(['0,0,0,0,0,0,0,0,0,0,0,0,1']),
  );
});

test('a row that nobody counts in any more is given away empty', () => {
  const table = new CounterTable();
  const [row, next] = [table.open(), table.open()];
  table.addLatency(row, 1);
  table.add(next, counter.inFlight, 1);
  table.close(row);
  expect(table.open()).toBe(row);
  expect(table.latencyOf(row)).toEqual({ counts: Array.from({ length: 13 }, () => 0), sumSeconds: 0 });
  expect(table.get(next, counter.inFlight)).toBe(1);
});
