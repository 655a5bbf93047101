import { type ContainerStats, exactCpuPercent } from './instance-stats.ts';
import type { StatsPoint } from './stats-series.ts';

/** A sample that knows of the one before it; as it is, where its container has been started anew since. */
export function follow(before: ContainerStats | undefined, sample: ContainerStats): ContainerStats {
  if (before === undefined || !isLater(before, sample)) return sample;
  return { ...sample, previousCpuTotalNs: before.cpuTotalNs, previousSystemCpuNs: before.systemCpuNs };
}

/** What was used from one sample of a container to the next; undefined where it was started anew in between. */
export function pointBetween(before: ContainerStats, sample: ContainerStats): StatsPoint | undefined {
  if (!isLater(before, sample)) return undefined;
  const passed = (counter: (one: ContainerStats) => number) => Math.max(0, counter(sample) - counter(before));
  return {
    cpuPercent: exactCpuPercent(follow(before, sample)),
    memoryBytes: sample.memoryBytes,
    pids: sample.pids,
    networkInBytes: passed((one) => one.networkInBytes),
    networkOutBytes: passed((one) => one.networkOutBytes),
    blockReadBytes: passed((one) => one.blockReadBytes),
    blockWriteBytes: passed((one) => one.blockWriteBytes),
  };
}

/** What several use together. */
export function addPoints(points: readonly StatsPoint[]): StatsPoint {
  const total = (field: keyof StatsPoint) => points.reduce((sum, point) => sum + point[field], 0);
  return {
    cpuPercent: total('cpuPercent'),
    memoryBytes: total('memoryBytes'),
    pids: total('pids'),
    networkInBytes: total('networkInBytes'),
    networkOutBytes: total('networkOutBytes'),
    blockReadBytes: total('blockReadBytes'),
    blockWriteBytes: total('blockWriteBytes'),
  };
}

function isLater(before: ContainerStats, sample: ContainerStats): boolean {
  return sample.atMs > before.atMs && sample.cpuTotalNs >= before.cpuTotalNs && sample.systemCpuNs > before.systemCpuNs;
}
