import { type ContainerStats, exactCpuPercent } from '../instance-stats.ts';
import { renderDecimals } from './decimal.ts';
import { renderBinarySize, renderSize } from './human-size.ts';
import { shortenId } from './shorten.ts';

/** A line of `docker stats --no-stream --format '{{json .}}'`. */
export interface DockerStatsLine {
  readonly BlockIO: string;
  readonly CPUPerc: string;
  readonly Container: string;
  readonly ID: string;
  readonly MemPerc: string;
  readonly MemUsage: string;
  readonly Name: string;
  readonly NetIO: string;
  readonly PIDs: string;
}

/** What one container uses; zeros where there is no sample, as of one that does not run. */
export function renderStatsLine(
  { id, name }: { readonly id: string; readonly name: string },
  sample: ContainerStats | null,
): DockerStatsLine {
  const used = sample ?? nothing;
  return {
    BlockIO: `${renderSize(used.blockReadBytes)} / ${renderSize(used.blockWriteBytes)}`,
    CPUPerc: renderPercent(exactCpuPercent(used)),
    Container: shortenId(id),
    ID: shortenId(id),
    MemPerc: renderPercent(used.memoryLimitBytes === 0 ? 0 : (used.memoryBytes / used.memoryLimitBytes) * 100),
    MemUsage: `${renderBinarySize(used.memoryBytes)} / ${renderBinarySize(used.memoryLimitBytes)}`,
    Name: name,
    NetIO: `${renderSize(used.networkInBytes)} / ${renderSize(used.networkOutBytes)}`,
    PIDs: String(used.pids),
  };
}

const nothing: ContainerStats = {
  atMs: 0,
  cpuTotalNs: 0,
  systemCpuNs: 0,
  onlineCpus: 0,
  previousCpuTotalNs: 0,
  previousSystemCpuNs: 0,
  memoryBytes: 0,
  memoryLimitBytes: 0,
  networkInBytes: 0,
  networkOutBytes: 0,
  blockReadBytes: 0,
  blockWriteBytes: 0,
  pids: 0,
};

function renderPercent(percent: number): string {
  return `${renderDecimals(percent, 2)}%`;
}
