import type { Finding } from '../measure/finding.ts';
import { forgetPeak, readPeakMb } from '../measure/process-cost.ts';
import { type Measurement, rankBy } from '../measure/standing.ts';
import { summarize } from '../measure/summary.ts';
import { type Arena, everyone, inArena, usualHost } from './arena.ts';
import { loadOnce, measureInTurns, microsPerMebibyte, type LoadSample, type WrkLoad } from './proxy-cost.ts';
import { presentEdge } from './present-edge.ts';
import type { Contestant } from './proxy/contestant.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const MEBIBYTE = 2 ** 20;
/** So much more memory the large bodies may take than the small ones. */
const FLAT_MB = 16;
const MARKS = [{ peer: 'nginx', atLeast: 1 }];

/** Bodies of 1 and 100 MiB, both ways: CPU for each MiB, and what they take in memory. */
export const bodies: EdgeBenchmark = {
  name: 'edge:bodies',
  async run(plan) {
    const down = await inArena('static', (arena) => measureDown(arena, plan));
    return [...down, ...(await inArena('own', (arena) => measureUp(arena, plan)))];
  },
};

async function measureDown(arena: Arena, plan: EdgePlan): Promise<Finding[]> {
  const contestants = await startTuned(arena);
  const base = { folder: arena.folder, seconds: plan.seconds, hosts: [usualHost] };
  const one = await measureBodies(contestants, { ...base, connections: 8, path: '/1m' }, plan);
  const hundred = await measureBodies(contestants, { ...base, connections: 4, path: '/100m' }, plan);
  const figure = { unit: 'µs', better: 'less', read: microsPerMebibyte, marks: MARKS } as const;
  return [
    rankBy(one, { ...figure, what: 'a body of 1 MiB down: CPU for each MiB' }),
    rankBy(hundred, { ...figure, what: 'a body of 100 MiB down: CPU for each MiB' }),
    reportPeak(hundred, one),
  ];
}

async function measureUp(arena: Arena, plan: EdgePlan): Promise<Finding[]> {
  const contestants = await startTuned(arena);
  const base = { folder: arena.folder, seconds: plan.seconds, hosts: [usualHost] };
  const load = { ...base, connections: 8, path: '/upload', bodyBytes: MEBIBYTE };
  const up = await measureBodies(contestants, load, plan);
  const read = ({ cpuMs, requests }: BodySample) => (cpuMs * 1000) / requests;
  const what = 'a body of 1 MiB up: CPU';
  return [
    rankBy(up, { what, read, unit: 'µs', better: 'less', marks: MARKS }),
    rankBy(up, { what: 'eight bodies of 1 MiB up at a time: the most memory (RSS)', ...peak }),
  ];
}

async function startTuned({ start }: Arena): Promise<Contestant[]> {
  const contestants = [];
  for (const name of everyone) contestants.push(await start(name, { isTuned: true }));
  return contestants;
}

interface BodySample extends LoadSample {
  /** What the processes held at most. */
  readonly peakMb: number;
}

const peak = { read: ({ peakMb }: BodySample): number => peakMb, unit: 'MB', better: 'less' } as const;

function measureBodies(contestants: readonly Contestant[], load: WrkLoad, plan: EdgePlan) {
  return measureInTurns(contestants, (contestant) => watchPeak(contestant, load), plan);
}

async function watchPeak(contestant: Contestant, load: WrkLoad): Promise<BodySample> {
  const pids = contestant.listPids();
  for (const pid of pids) forgetPeak(pid);
  const sample = await loadOnce(contestant, load);
  return { ...sample, peakMb: pids.reduce((sum, pid) => sum + readPeakMb(pid), 0) };
}

/** Flat: a body a hundred times as large takes about the same. */
function reportPeak(hundred: readonly Measurement<BodySample>[], one: readonly Measurement<BodySample>[]): Finding {
  const finding = rankBy(hundred, { what: 'four bodies of 100 MiB down at a time: the most memory (RSS)', ...peak });
  const medians = [hundred, one].map(([ours]) => summarize((ours?.samples ?? []).map(peak.read)).median);
  const [large = 0, small = 0] = medians;
  const wanted = `≤ ${FLAT_MB} MB more than with bodies of 1 MiB (${(large - small).toFixed(1)} MB)`;
  return { ...finding, marks: [{ wanted, met: large - small <= FLAT_MB }] };
}

if (import.meta.main) await presentEdge([bodies]);
