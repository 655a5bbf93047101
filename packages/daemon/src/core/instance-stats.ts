import { renderInstant } from '@berth/spec/instant';
import type { InstanceStats } from '@berth/spec/stats';

/** Raw counters of one sample; percentages are computed in core. */
export interface ContainerStats {
  readonly atMs: number;
  readonly cpuTotalNs: number;
  readonly systemCpuNs: number;
  readonly onlineCpus: number;
  /** Of the sample before, for the difference; 0 in the first. */
  readonly previousCpuTotalNs: number;
  readonly previousSystemCpuNs: number;
  /** Usage without inactive page cache. */
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly networkInBytes: number;
  readonly networkOutBytes: number;
  readonly blockReadBytes: number;
  readonly blockWriteBytes: number;
  readonly pids: number;
}

/** What callers see of a sample. */
export function instanceStats(instance: string, sample: ContainerStats): InstanceStats {
  const { memoryBytes, memoryLimitBytes, networkInBytes, networkOutBytes, blockReadBytes, blockWriteBytes, pids } =
    sample;
  const counters = {
    memoryBytes,
    memoryLimitBytes,
    networkInBytes,
    networkOutBytes,
    blockReadBytes,
    blockWriteBytes,
    pids,
  };
  return { instance, at: renderInstant(sample.atMs), cpuPercent: cpuPercent(sample), ...counters };
}

/** True when the sample knows of one before it: only then is there a share of the processor to tell. */
export function hasCpuShare(sample: ContainerStats): boolean {
  return sample.previousSystemCpuNs > 0;
}

/**
 * As `docker stats`: the container's part of the time that all processors had since the sample before, times their
 * number, so that 100 is one full core. 0 for a first sample and where a counter went back.
 */
export function cpuPercent(sample: ContainerStats): number {
  return Math.round(exactCpuPercent(sample) * 100) / 100;
}

/** The same, not rounded. */
export function exactCpuPercent(sample: ContainerStats): number {
  const used = sample.cpuTotalNs - sample.previousCpuTotalNs;
  const had = sample.systemCpuNs - sample.previousSystemCpuNs;
  if (!hasCpuShare(sample) || used <= 0 || had <= 0) return 0;
  return (used / had) * sample.onlineCpus * 100;
}
