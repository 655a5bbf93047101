import type { ContainerStats } from '../../core/instance-stats.ts';
import { renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { parseInstant } from './container-json.ts';
import { readJsonLines } from './json-lines.ts';

/** One sample a second; ends with the container. */
export async function* readStats(
  client: EngineClient,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<ContainerStats, void> {
  const path = `/containers/${renderPathPart(id)}/stats`;
  try {
    const bytes = await client.open({
      method: 'GET',
      path,
      query: { stream: true },
      subject: 'container',
      toDo: `measure container ${id}`,
      signal,
    });
    for await (const sample of readJsonLines<StatsJson>(bytes)) {
      // The engine goes on about a container that has ended, with samples without a time.
      if (parseInstant(sample.read) === null) return;
      yield parseStats(sample);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** One sample, without the second that the engine otherwise waits for the share of the processor. Older engines wait all the same. */
export async function takeSample(client: EngineClient, id: string): Promise<ContainerStats | null> {
  const sample = await client.ask<StatsJson>({
    method: 'GET',
    path: `/containers/${renderPathPart(id)}/stats`,
    query: { stream: false, 'one-shot': true },
    subject: 'container',
    toDo: `measure container ${id}`,
  });
  return parseInstant(sample.read) === null ? null : parseStats(sample);
}

/** What Berth reads of `GET /containers/{id}/stats`. */
export interface StatsJson {
  readonly read?: string;
  readonly cpu_stats?: CpuJson;
  readonly precpu_stats?: CpuJson;
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>> | null;
  };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes?: number; readonly tx_bytes?: number }>> | null;
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly pids_stats?: { readonly current?: number };
}

interface CpuJson {
  readonly cpu_usage?: { readonly total_usage?: number; readonly percpu_usage?: readonly number[] | null };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

/** Docker's JSON in Berth's words. */
export function parseStats(json: StatsJson): ContainerStats {
  return {
    atMs: parseInstant(json.read) ?? 0,
    ...parseCpu(json),
    memoryBytes: measureMemory(json.memory_stats ?? {}),
    memoryLimitBytes: json.memory_stats?.limit ?? 0,
    networkInBytes: sumNetworks(json, 'rx_bytes'),
    networkOutBytes: sumNetworks(json, 'tx_bytes'),
    blockReadBytes: sumBlocks(json, 'read'),
    blockWriteBytes: sumBlocks(json, 'write'),
    pids: json.pids_stats?.current ?? 0,
  };
}

function parseCpu({ cpu_stats: now = {}, precpu_stats: before = {} }: StatsJson) {
  return {
    cpuTotalNs: countUsed(now),
    systemCpuNs: now.system_cpu_usage ?? 0,
    onlineCpus: now.online_cpus ?? now.cpu_usage?.percpu_usage?.length ?? 1,
    previousCpuTotalNs: countUsed(before),
    previousSystemCpuNs: before.system_cpu_usage ?? 0,
  };
}

function countUsed({ cpu_usage }: CpuJson): number {
  return cpu_usage?.total_usage ?? 0;
}

/** As `docker stats`: without the page cache that can be dropped; `total_inactive_file` in version 1 of cgroups, `inactive_file` in 2. */
function measureMemory({ usage = 0, stats }: NonNullable<StatsJson['memory_stats']>): number {
  const inactive = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return inactive < usage ? usage - inactive : usage;
}

function sumNetworks({ networks }: StatsJson, counter: 'rx_bytes' | 'tx_bytes'): number {
  return Object.values(networks ?? {}).reduce((sum, network) => sum + (network[counter] ?? 0), 0);
}

/** `Read` in version 1 of cgroups, `read` in 2. */
function sumBlocks({ blkio_stats }: StatsJson, wanted: string): number {
  const entries = blkio_stats?.io_service_bytes_recursive ?? [];
  return entries.reduce((sum, { op, value }) => (op.toLowerCase() === wanted ? sum + value : sum), 0);
}
