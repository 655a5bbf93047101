import { setTimeout as delay } from 'node:timers/promises';
import { pin, readCores, splitCores } from '../measure/affinity.ts';
import { readCpuMs } from '../measure/process-cost.ts';
import { Asker, type Target } from './asker.ts';

export interface LoadPlan {
  readonly target: Target;
  /** Sent in turn. */
  readonly requests: readonly Buffer[];
  /** Who answers: it is kept on one core while it is measured. */
  readonly pid: number;
}

export interface LoadResult {
  readonly perSecond: number;
  /** CPU time of the process that answers, in microseconds, for one request. */
  readonly cpuMicros: number;
}

const CONNECTIONS = 16;
const SETTLE_MS = 200;
const WINDOW_MS = 2_000;

/** Loads one process, kept on the last core of the machine, from the others; bounded in time. */
export async function measureLoad({ target, requests, pid }: LoadPlan): Promise<LoadResult> {
  const cores = readCores();
  const [theirs, ours] = splitCores(cores);
  pin(pid, theirs);
  pin(process.pid, ours);
  const askers = Array.from({ length: CONNECTIONS }, (_, first) => new Asker(target, requests, first));
  try {
    await delay(SETTLE_MS);
    return await watchWindow(askers, pid);
  } finally {
    await Promise.all(askers.map((asker) => asker.stop()));
    pin(pid, cores);
    pin(process.pid, cores);
  }
}

async function watchWindow(askers: readonly Asker[], pid: number): Promise<LoadResult> {
  const before = { at: performance.now(), answers: count(askers), cpuMs: readCpuMs(pid) };
  await delay(WINDOW_MS);
  const seconds = (performance.now() - before.at) / 1000;
  const answers = count(askers) - before.answers;
  const cpuMs = readCpuMs(pid) - before.cpuMs;
  const refusals = askers.reduce((sum, asker) => sum + asker.refusals, 0);
  if (refusals > 0 || answers === 0) throw new Error(`${answers} answers, and ${refusals} that were none.`);
  return { perSecond: answers / seconds, cpuMicros: (cpuMs * 1000) / answers };
}

function count(askers: readonly Asker[]): number {
  return askers.reduce((sum, { answers }) => sum + answers, 0);
}
