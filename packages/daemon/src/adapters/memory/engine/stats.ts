import type { ContainerStats } from '../../../core/instance-stats.ts';
import { isAlive, type MemoryContainer } from './container.ts';
import { StreamQueue } from './stream-queue.ts';
import type { World } from './world.ts';

const PERIOD_MS = 1_000;
const HOST_CPU_NS = 2e9;
const USED_CPU_NS = 2e7;
const USED_MEMORY_BYTES = 4 << 20;

/** What this engine says of its own machine. */
export const hostMemoryBytes = 16 * 2 ** 30;

/** A quiet container: one per cent of a processor, four mebibytes. */
export async function* readStats(world: World, id: string, signal: AbortSignal): AsyncGenerator<ContainerStats, void> {
  if (signal.aborted) return;
  await world.gate.pass('containers.stats');
  const container = world.containers.get(id);
  const queue = new StreamQueue<ContainerStats>();
  const stop = sample(world, container, queue);
  try {
    yield* world.gate.hold(queue, signal);
  } finally {
    stop();
  }
}

/** As `one-shot` of a real engine: the counters since the start, and nothing of the sample before. */
export function takeSample(world: World, container: MemoryContainer): ContainerStats | null {
  if (!isAlive(container)) return null;
  return forgetPrevious(measure(container, world.clock.now()));
}

function sample(world: World, container: MemoryContainer, queue: StreamQueue<ContainerStats>): () => void {
  let isFirst = true;
  let cancel = () => {};
  const take = () => {
    if (!isAlive(container)) return queue.end();
    const now = measure(container, world.clock.now());
    queue.push(isFirst ? forgetPrevious(now) : now);
    isFirst = false;
    cancel = world.clock.after(PERIOD_MS, take);
  };
  take();
  void container.running?.ended.then(() => queue.end());
  return () => cancel();
}

function forgetPrevious(measured: ContainerStats): ContainerStats {
  return { ...measured, previousCpuTotalNs: 0, previousSystemCpuNs: 0 };
}

/** The counters go on from the container’s start. */
function measure({ limits, view }: MemoryContainer, atMs: number): ContainerStats {
  const count = 1 + Math.floor((atMs - (view.startedAt ?? atMs)) / PERIOD_MS);
  return {
    atMs,
    cpuTotalNs: count * USED_CPU_NS,
    systemCpuNs: count * HOST_CPU_NS,
    onlineCpus: 2,
    previousCpuTotalNs: (count - 1) * USED_CPU_NS,
    previousSystemCpuNs: (count - 1) * HOST_CPU_NS,
    memoryBytes: USED_MEMORY_BYTES,
    memoryLimitBytes: limits.memoryBytes ?? hostMemoryBytes,
    networkInBytes: count * 1_000,
    networkOutBytes: count * 1_000,
    blockReadBytes: 0,
    blockWriteBytes: 0,
    pids: 1,
  };
}
