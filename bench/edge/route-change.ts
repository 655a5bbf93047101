import { setTimeout as delay } from 'node:timers/promises';
import { runWrkAnyway, type WrkResult } from '../load/wrk.ts';
import type { Finding } from '../measure/finding.ts';
import { type Measurement, rankBy } from '../measure/standing.ts';
import { summarize } from '../measure/summary.ts';
import type { Arena } from './arena.ts';
import { ask } from './check-contestant.ts';
import { measureInTurns } from './proxy-cost.ts';
import type { Contestant } from './proxy/contestant.ts';
import type { EdgePlan } from './plan.ts';

/** Few, so that it is the change that takes its time and not the wait behind others. */
const CONNECTIONS = 4;
const EFFECT_MARK_MS = 5;
const EFFECT_DEADLINE_MS = 60_000;
const BEFORE_MS = 500;
/** The load lasts longer than any change takes; nginx needs its time with so many hosts. */
const LOAD_SECONDS = 3;

interface Scene {
  readonly arena: Arena;
  readonly contestants: readonly Contestant[];
  /** All of them serve these already. */
  readonly hosts: readonly string[];
  readonly plan: EdgePlan;
}

interface Change extends WrkResult {
  readonly effectMs: number;
}

/** One host more while others are visited: until its first page, and what the others noticed. */
export async function measureChanges({ arena, contestants, hosts, plan }: Scene): Promise<Finding[]> {
  let turn = 0;
  const measurements = await measureInTurns(
    contestants,
    async (contestant): Promise<Change> => {
      turn += 1;
      return change(contestant, `added-${turn}.localhost`, { folder: arena.folder, hosts });
    },
    plan,
  );
  return [reportEffect(measurements), reportFailures(measurements)];
}

async function change(
  contestant: Contestant,
  host: string,
  { folder, hosts }: { readonly folder: string; readonly hosts: readonly string[] },
): Promise<Change> {
  const url = `http://localhost:${contestant.port}/small`;
  const load = runWrkAnyway({ folder, url, connections: CONNECTIONS, seconds: LOAD_SECONDS, hosts });
  await delay(BEFORE_MS);
  const began = performance.now();
  const [effectMs] = await Promise.all([awaitPage(contestant, host, began), contestant.addHost(host)]);
  return { ...(await load), effectMs };
}

/** Asked again and again on new connections, as new visitors come. */
async function awaitPage(contestant: Contestant, host: string, began: number): Promise<number> {
  const end = began + EFFECT_DEADLINE_MS;
  while (performance.now() < end) {
    const status = await ask({ contestant, host, scheme: 'http', path: '/small' }).then(
      (page) => page.status,
      () => 0,
    );
    if (status === 200) return performance.now() - began;
  }
  throw new Error(`${contestant.name} did not serve ${host} in ${EFFECT_DEADLINE_MS} ms.`);
}

function reportEffect(measurements: readonly Measurement<Change>[]): Finding {
  const read = ({ effectMs }: Change): number => effectMs;
  const what = 'one host more while serving: until its first page';
  const finding = rankBy(measurements, { read, what, unit: 'ms', better: 'less' });
  const median = summarize((measurements[0]?.samples ?? []).map(read)).median;
  return { ...finding, marks: [{ wanted: `< ${EFFECT_MARK_MS} ms`, met: median < EFFECT_MARK_MS }] };
}

function reportFailures(measurements: readonly Measurement<Change>[]): Finding {
  const lines = measurements.map(({ name, samples }) => ({
    name,
    failed: samples.reduce((sum, { refused, broken }) => sum + refused + broken, 0),
    answered: samples.reduce((sum, { requests }) => sum + requests, 0),
  }));
  const [ours, ...peers] = lines;
  const failed = ours?.failed ?? 0;
  return {
    what: 'failed requests to other hosts meanwhile',
    ours: String(failed),
    beside: peers.map((peer) => `${peer.name}: ${peer.failed}`).join('; '),
    figures: lines.map((line) => `${line.name} ${line.failed} of ${line.answered.toLocaleString('en')}`).join('; '),
    ratio: `${failed} of ${(ours?.answered ?? 0).toLocaleString('en')}`,
    marks: [{ wanted: '0', met: failed === 0 }],
  };
}
