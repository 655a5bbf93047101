import { describe, expect, test } from 'vitest';
import type { ContainerStats } from './instance-stats.ts';
import { addPoints, follow, pointBetween } from './stats-point.ts';
import { coarseMs, fineMs, seriesBytes, type StatsPoint, StatsSeries } from './stats-series.ts';

const day = 86_400_000;
const hour = 3_600_000;
const begin = Date.parse('2026-11-20T12:00:00Z');

function point(value: number): StatsPoint {
  return {
    cpuPercent: value,
    memoryBytes: value * 1024,
    pids: value,
    networkInBytes: value,
    networkOutBytes: 2 * value,
    blockReadBytes: 3 * value,
    blockWriteBytes: 4 * value,
  };
}

describe('what something used', () => {
  test('is the mean of what goes up and down, and the sum of what passed', () => {
    const series = new StatsSeries();
    for (const [index, value] of [1, 2, 6].entries()) series.add(begin + index * fineMs, point(value));
    const [minute, ...rest] = series.read({ since: begin, until: begin + coarseMs, stepMs: coarseMs });
    expect(rest).toEqual([]);
    expect(minute).toEqual({
      at: begin,
      cpuPercent: 3,
      memoryBytes: 3072,
      pids: 3,
      networkInBytes: 9,
      networkOutBytes: 18,
      blockReadBytes: 27,
      blockWriteBytes: 36,
    });
  });

  test('has no steps of which nothing is known', () => {
    const series = new StatsSeries();
    for (const at of [0, 10, 40, 50]) series.add(begin + at * 1000, point(1));
    const read = (stepMs: number) =>
      series.read({ since: begin, until: begin + 60_000, stepMs }).map(({ at }) => (at - begin) / 1000);
    expect(read(10_000)).toEqual([0, 10, 40, 50]);
    expect(read(20_000)).toEqual([0, 40]);
    expect(read(30_000)).toEqual([0, 30]);
  });

  test('is known each ten seconds for an hour and each minute for a day', () => {
    const series = new StatsSeries();
    const now = begin + 3 * day;
    for (let at = begin; at < now; at += fineMs) series.add(at, point(1));
    series.prune(now);
    const count = (sinceMs: number, stepMs: number) => series.read({ since: now - sinceMs, until: now, stepMs }).length;
    expect(count(hour, fineMs)).toBe(360);
    expect(count(day, coarseMs)).toBe(1440);
    expect(count(day, hour)).toBe(24);
  });

  test('takes no more memory than it says, however long it is written to, and none when it is too old', () => {
    const series = new StatsSeries();
    for (let at = begin; at < begin + 3 * day; at += fineMs) {
      series.add(at, point(1));
      if (at % hour === 0) expect(series.sizeBytes).toBeLessThanOrEqual(seriesBytes);
    }
    expect(seriesBytes).toBeLessThan(62_000);
    series.prune(begin + 5 * day);
    expect([series.sizeBytes, series.isEmpty]).toEqual([0, true]);
  });

  test('of gigabytes is told to a millionth', () => {
    const series = new StatsSeries();
    const memoryBytes = 123_456_789_012;
    for (let index = 0; index < 6; index += 1) series.add(begin + index * fineMs, { ...point(1), memoryBytes });
    const [minute] = series.read({ since: begin, until: begin + 1, stepMs: coarseMs });
    expect(Math.abs((minute?.memoryBytes ?? 0) - memoryBytes) / memoryBytes).toBeLessThan(1e-6);
  });
});

const sample: ContainerStats = {
  atMs: 1000,
  cpuTotalNs: 1e9,
  systemCpuNs: 10e9,
  onlineCpus: 2,
  previousCpuTotalNs: 0,
  previousSystemCpuNs: 0,
  memoryBytes: 5,
  memoryLimitBytes: 10,
  networkInBytes: 100,
  networkOutBytes: 100,
  blockReadBytes: 100,
  blockWriteBytes: 100,
  pids: 3,
};
const later = { ...sample, atMs: 11_000, cpuTotalNs: 2e9, systemCpuNs: 30e9, memoryBytes: 7, networkInBytes: 150 };

describe('between two samples of a container', () => {
  test('the counters’ difference was used', () => {
    expect(pointBetween(sample, later)).toEqual({
      cpuPercent: 10,
      memoryBytes: 7,
      pids: 3,
      networkInBytes: 50,
      networkOutBytes: 0,
      blockReadBytes: 0,
      blockWriteBytes: 0,
    });
    expect(follow(sample, later)).toMatchObject({ previousCpuTotalNs: 1e9, previousSystemCpuNs: 10e9 });
  });

  test('nothing is known where it was started anew, or where it is the same sample', () => {
    const anew = { ...later, cpuTotalNs: 1e8 };
    expect([pointBetween(sample, anew), pointBetween(sample, sample)]).toEqual([undefined, undefined]);
    expect(follow(sample, anew)).toBe(anew);
    expect(follow(undefined, later)).toBe(later);
  });

  test('a network that was left does not count against it', () => {
    expect(pointBetween(sample, { ...later, networkInBytes: 10 })?.networkInBytes).toBe(0);
  });
});

test('an app uses what its instances use together', () => {
  expect(addPoints([point(1), point(2)])).toEqual(point(3));
});
