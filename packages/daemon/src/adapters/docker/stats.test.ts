import { expect, test } from 'vitest';
import { parseStats, type StatsJson } from './stats.ts';

const json: StatsJson = {
  read: '2026-11-20T13:10:54Z',
  cpu_stats: { cpu_usage: { total_usage: 300, percpu_usage: [100, 200] }, system_cpu_usage: 5000, online_cpus: 2 },
  precpu_stats: { cpu_usage: { total_usage: 200 }, system_cpu_usage: 4000 },
  memory_stats: { usage: 1000, limit: 4000, stats: { inactive_file: 300 } },
  networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
  blkio_stats: {
    io_service_bytes_recursive: [
      { op: 'read', value: 7 },
      { op: 'write', value: 8 },
    ],
  },
  pids_stats: { current: 3 },
};

test('a sample of cgroups version 2 is told without the cache that can be dropped', () => {
  expect(parseStats(json)).toEqual({
    atMs: Date.parse('2026-11-20T13:10:54Z'),
    cpuTotalNs: 300,
    systemCpuNs: 5000,
    onlineCpus: 2,
    previousCpuTotalNs: 200,
    previousSystemCpuNs: 4000,
    memoryBytes: 700,
    memoryLimitBytes: 4000,
    networkInBytes: 11,
    networkOutBytes: 22,
    blockReadBytes: 7,
    blockWriteBytes: 8,
    pids: 3,
  });
});

test('version 1 has other names', () => {
  const memory_stats = { usage: 1000, limit: 4000, stats: { inactive_file: 1, total_inactive_file: 400 } };
  const blkio_stats = {
    io_service_bytes_recursive: [
      { op: 'Read', value: 7 },
      { op: 'Write', value: 8 },
      { op: 'Total', value: 15 },
    ],
  };
  expect(parseStats({ ...json, memory_stats, blkio_stats })).toMatchObject({
    memoryBytes: 600,
    blockReadBytes: 7,
    blockWriteBytes: 8,
  });
});

test('a first sample has none before it, and a container without network and disk has zeros', () => {
  const bare: StatsJson = {
    read: '2026-11-20T13:10:54Z',
    cpu_stats: { cpu_usage: { total_usage: 5, percpu_usage: [5] } },
  };
  expect(parseStats(bare)).toMatchObject({
    previousCpuTotalNs: 0,
    systemCpuNs: 0,
    onlineCpus: 1,
    memoryBytes: 0,
    networkInBytes: 0,
    blockReadBytes: 0,
    pids: 0,
  });
});

test('a cache larger than the use is not subtracted', () => {
  expect(parseStats({ ...json, memory_stats: { usage: 100, stats: { inactive_file: 300 } } }).memoryBytes).toBe(100);
});
