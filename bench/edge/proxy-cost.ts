import { runWrk, type WrkPlan, type WrkResult } from '../load/wrk.ts';
import { measureCalmly } from '../measure/calm.ts';
import { readThreadCpuMs } from '../measure/process-cost.ts';
import type { Measurement } from '../measure/standing.ts';
import { takeTurns } from '../measure/turn.ts';
import type { Placed } from './arena.ts';
import type { EdgePlan } from './plan.ts';
import type { Contestant } from './proxy/contestant.ts';

export interface LoadSample extends WrkResult {
  /** Of all processes of the proxy. */
  readonly cpuMs: number;
}

export type WrkLoad = Omit<WrkPlan, 'url'> & { readonly path: string; readonly scheme?: 'http' | 'https' };

/** Puts the same load on one after the other, round by round. */
export function measureWrk(
  contestants: readonly Contestant[],
  load: WrkLoad,
  plan: EdgePlan,
): Promise<Measurement<LoadSample>[]> {
  return measureInTurns(contestants, (contestant) => loadOnce(contestant, load), plan);
}

/** The measurements of all contestants, in their order. */
export async function measureInTurns<Given extends Contestant, Sample>(
  contestants: readonly Given[],
  measure: (contestant: Given) => Promise<Sample>,
  { rounds }: Pick<EdgePlan, 'rounds'>,
): Promise<Measurement<Sample>[]> {
  const tasks = contestants.map((contestant) => [contestant.name, () => measure(contestant)] as const);
  const results = await takeTurns(Object.fromEntries(tasks), { rounds });
  return contestants.map(({ name }) => ({ name, samples: (results[name] ?? []) as readonly Sample[] }));
}

/** As `measureInTurns`, for what others on the machine disturb: repeats what they did, and says how often that was in vain. */
export async function measureInCalm<Sample>(
  contestants: readonly Placed[],
  measure: (contestant: Placed) => Promise<Sample>,
  { rounds, say }: EdgePlan,
): Promise<Measurement<Sample>[]> {
  let disturbances = 0;
  const disturbed = () => (disturbances += 1);
  const measureOne = (contestant: Placed) => measureCalmly(contestant, () => measure(contestant), disturbed);
  const measurements = await measureInTurns(contestants, measureOne, { rounds });
  const total = contestants.length * (rounds + 1);
  if (disturbances > 0) say(`${disturbances} of ${total} measurements were disturbed by other programs on the core`);
  return measurements;
}

/** What the processes of a proxy need for something. */
export async function weighCpu<Result>(
  contestant: Contestant,
  task: () => Promise<Result>,
): Promise<Result & { cpuMs: number }> {
  const pids = contestant.listPids();
  const before = sum(pids);
  const result = await task();
  return { ...result, cpuMs: sum(pids) - before };
}

function sum(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + readThreadCpuMs(pid), 0);
}

/** One load on one of them. */
export function loadOnce(contestant: Contestant, { path, scheme = 'http', ...load }: WrkLoad): Promise<LoadSample> {
  const port = scheme === 'http' ? contestant.port : contestant.tlsPort;
  return weighCpu(contestant, () => runWrk({ ...load, url: `${scheme}://localhost:${port}${path}` }));
}

/** CPU time of the proxy for one request, in microseconds. */
export function microsPerRequest({ cpuMs, requests }: LoadSample): number {
  return (cpuMs * 1000) / requests;
}

/** CPU time of the proxy for each MiB of answers, in microseconds. */
export function microsPerMebibyte({ cpuMs, bytes }: LoadSample): number {
  return (cpuMs * 1000) / (bytes / 2 ** 20);
}

export function requestsPerSecond({ requests, seconds }: WrkResult): number {
  return requests / seconds;
}
