import { describe, expect, test } from 'vitest';
import { cpuPercent, instanceStats, type ContainerStats } from './instance-stats.ts';

const second = 1_000_000_000;
const sample: ContainerStats = {
  atMs: 0,
  cpuTotalNs: 5 * second,
  systemCpuNs: 104 * second,
  onlineCpus: 4,
  previousCpuTotalNs: 4 * second,
  previousSystemCpuNs: 100 * second,
  memoryBytes: 1,
  memoryLimitBytes: 2,
  networkInBytes: 3,
  networkOutBytes: 4,
  blockReadBytes: 5,
  blockWriteBytes: 6,
  pids: 7,
};

describe('the share of the processor', () => {
  test('is 100 for one full core, however many there are', () => {
    expect(cpuPercent(sample)).toBe(100);
  });

  test('is 400 for all of four', () => {
    expect(cpuPercent({ ...sample, cpuTotalNs: 8 * second })).toBe(400);
  });

  test('is told to a hundredth', () => {
    expect(cpuPercent({ ...sample, cpuTotalNs: 4 * second + 1_234_567 })).toBe(0.12);
  });

  test.each([
    ['a first sample, which knows of none before it', { previousCpuTotalNs: 0, previousSystemCpuNs: 0 }],
    ['a counter that went back, as after a restart', { cpuTotalNs: 1 }],
    ['two samples of one moment', { systemCpuNs: 100 * second }],
    ['a container that did nothing', { cpuTotalNs: 4 * second }],
  ])('is 0 for %s', (_, change) => {
    expect(cpuPercent({ ...sample, ...change })).toBe(0);
  });
});

test('what an instance uses is told with its time and its counters', () => {
  expect(instanceStats('c1', { ...sample, atMs: 1_500 })).toEqual({
    instance: 'c1',
    at: '1970-01-01T00:00:01.500Z',
    cpuPercent: 100,
    memoryBytes: 1,
    memoryLimitBytes: 2,
    networkInBytes: 3,
    networkOutBytes: 4,
    blockReadBytes: 5,
    blockWriteBytes: 6,
    pids: 7,
  });
});
