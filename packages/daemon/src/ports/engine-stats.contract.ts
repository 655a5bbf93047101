import { expect, test } from 'vitest';
import type { ContainerStats } from '../core/instance-stats.ts';
import type { Bench } from './engine-bench.contract.ts';

/** What a container uses. */
export function describeStats(bench: Bench): void {
  test('a running container is measured again and again, each sample with the one before', async () => {
    const id = await bench.start({ limits: { memoryBytes: 64 << 20, pids: 64 } });
    const samples = await take(bench, id, 2);
    expect(samples).toEqual([
      expect.objectContaining({ memoryLimitBytes: 64 << 20, onlineCpus: expect.any(Number) }),
      expect.objectContaining({ previousCpuTotalNs: samples[0]?.cpuTotalNs }),
    ]);
    for (const { memoryBytes, pids } of samples) expect(Math.min(memoryBytes, pids)).toBeGreaterThan(0);
    const [first, second] = samples as [ContainerStats, ContainerStats];
    expect(second.systemCpuNs).toBeGreaterThan(second.previousSystemCpuNs);
    expect(second.atMs).toBeGreaterThan(first.atMs);
  });

  test('the samples end with the container', async () => {
    const id = await bench.start();
    const seen: ContainerStats[] = [];
    for await (const sample of bench.engine.containers.stats(id, AbortSignal.timeout(10_000))) {
      seen.push(sample);
      if (seen.length === 1) await bench.engine.containers.kill(id, 'SIGKILL');
    }
    expect(seen.length).toBeGreaterThan(0);
  });

  test('a container that does not run has no samples', async () => {
    expect(
      await Array.fromAsync(bench.engine.containers.stats(await bench.create(), AbortSignal.timeout(10_000))),
    ).toEqual([]);
  });

  test('a single sample tells what the counters have come to', async () => {
    const id = await bench.start({ limits: { memoryBytes: 64 << 20, pids: 64 } });
    const sample = await bench.engine.containers.sample(id);
    expect(sample).toMatchObject({ memoryLimitBytes: 64 << 20, onlineCpus: expect.any(Number) });
    expect(Math.min(sample?.memoryBytes ?? 0, sample?.pids ?? 0, sample?.systemCpuNs ?? 0)).toBeGreaterThan(0);
    expect(await bench.engine.containers.sample(await bench.create())).toBeNull();
  });

  test('an aborted measurement ends without an error', async () => {
    const id = await bench.start();
    expect(await Array.fromAsync(bench.engine.containers.stats(id, AbortSignal.abort()))).toEqual([]);
  });
}

async function take(bench: Bench, id: string, count: number): Promise<ContainerStats[]> {
  const abort = new AbortController();
  const samples: ContainerStats[] = [];
  for await (const sample of bench.engine.containers.stats(id, abort.signal)) {
    samples.push(sample);
    if (samples.length === count) abort.abort();
  }
  return samples;
}
