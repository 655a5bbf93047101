import { readFileSync } from 'node:fs';
import { readThreadCpuMs } from './process-cost.ts';

/** /proc/stat counts in these. */
const TICK_MS = 10;
const MOST_TRIES = 3;
/** Of the time: with less of others on its core, a process is as good as alone there. */
const CALM_PART = 0.1;

interface Alone {
  readonly core: string;
  /** Who is measured, and alone belongs there. */
  readonly listPids: () => readonly number[];
}

/**
 * Measures, and again when others took their part of the core meanwhile: what they take shows as latency of whoever is
 * measured, and as cost, for they leave it a cold cache. The calmest of three tries counts; `disturbed` is called when
 * even that one was not calm.
 */
export async function measureCalmly<Sample>(
  alone: Alone,
  measure: () => Promise<Sample>,
  disturbed: () => void,
): Promise<Sample> {
  let best: { readonly sample: Sample; readonly foreign: number } | undefined;
  for (let turn = 0; turn < MOST_TRIES; turn += 1) {
    const before = readForeign(alone);
    const sample = await measure();
    const after = readForeign(alone);
    const foreign = (after.ms - before.ms) / (after.atMs - before.atMs);
    if (best === undefined || foreign < best.foreign) best = { sample, foreign };
    if (best.foreign < CALM_PART) return best.sample;
  }
  disturbed();
  if (best === undefined) throw new Error('Nothing was measured.');
  return best.sample;
}

/** CPU time on the core that was not the process's own; what a virtual machine was not given counts too. */
function readForeign({ core, listPids }: Alone): { readonly ms: number; readonly atMs: number } {
  const own = listPids().reduce((sum, pid) => sum + readThreadCpuMs(pid), 0);
  return { ms: readBusyMs(core) - own, atMs: performance.now() };
}

function readBusyMs(core: string): number {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0, stolen = 0] = line
    .split(' ')
    .map(Number);
  return (user + nice + system + interrupt + softInterrupt + stolen) * TICK_MS;
}
