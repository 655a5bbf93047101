import { compare, type Finding } from '../measure/finding.ts';
import { readPssMb } from '../measure/process-cost.ts';
import { type Measurement, rank } from '../measure/standing.ts';
import { ratioOf, renderMedian, summarize } from '../measure/summary.ts';
import { type Arena, everyone, inArena } from './arena.ts';
import { type LoadSample, loadOnce, measureInTurns, microsPerRequest } from './proxy-cost.ts';
import { presentEdge } from './present-edge.ts';
import type { Contestant } from './proxy/contestant.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';
import { measureChanges } from './route-change.ts';

const FEW = 10;
const MANY = 10_000;
const CONNECTIONS = 64;
const SLOWER_MARK = 1.03;
const ROUTE_MARK_KB = 1;

/** Ten routes beside ten thousand: what finding one costs, what one keeps, and how fast one more is there. */
export const routes: EdgeBenchmark = {
  name: 'edge:routes',
  run: (plan) => inArena('static', (arena) => measure(arena, plan)),
};

async function measure(arena: Arena, plan: EdgePlan): Promise<Finding[]> {
  const hosts = Array.from({ length: MANY }, (_, index) => `app-${index}.localhost`);
  const few = await startAll(arena, hosts.slice(0, FEW));
  plan.say(`${MANY.toLocaleString('en')} hosts are given to each of them`);
  const many = await startAll(arena, hosts);
  const load = { folder: arena.folder, connections: CONNECTIONS, seconds: plan.seconds, path: '/small' };
  const measurements = await measureInTurns(
    [...few, ...many],
    async (contestant) => {
      const sample = await loadOnce(contestant, {
        ...load,
        hosts: few.includes(contestant) ? hosts.slice(0, FEW) : hosts,
      });
      return { ...sample, memoryMb: contestant.listPids().reduce((sum, pid) => sum + readPssMb(pid), 0) };
    },
    plan,
  );
  const pairs = few.map((_, at) => pair(measurements[at], measurements[at + few.length]));
  return [
    reportLookup(pairs),
    reportMemory(pairs),
    ...(await measureChanges({ arena, contestants: many, hosts, plan })),
  ];
}

async function startAll({ start }: Arena, hosts: readonly string[]): Promise<Contestant[]> {
  const started = [];
  for (const name of everyone) {
    const contestant = await start(name, { hosts });
    started.push({ ...contestant, name: `${contestant.name}, ${hosts.length.toLocaleString('en')} hosts` });
  }
  return started;
}

interface RouteSample extends LoadSample {
  readonly memoryMb: number;
}

/** The same proxy twice. */
interface Pair {
  readonly name: string;
  readonly few: Measurement<RouteSample>;
  readonly many: Measurement<RouteSample>;
}

function pair(few: Measurement<RouteSample> | undefined, many: Measurement<RouteSample> | undefined): Pair {
  if (few === undefined || many === undefined) throw new Error('A proxy was not measured.');
  return { name: few.name.split(',')[0] ?? few.name, few, many };
}

function reportLookup(pairs: readonly Pair[]): Finding {
  const [berth, ...peers] = pairs.map(({ name, few, many }) => ({
    name,
    ours: { name: many.name, samples: many.samples.map(microsPerRequest) },
    theirs: { name: few.name, samples: few.samples.map(microsPerRequest) },
  }));
  if (berth === undefined) throw new Error('Nobody was measured.');
  const what = `a small page of one of ${MANY.toLocaleString('en')} hosts in turn: CPU`;
  const finding = compare({ what, ...berth, unit: 'µs', atMost: SLOWER_MARK });
  const others = peers.map(({ name, ours, theirs }) => {
    const [many, few] = [summarize(ours.samples), summarize(theirs.samples)];
    const ratio = renderMedian(ratioOf(ours.samples, theirs.samples), '×');
    return `${name}: ${renderMedian(many, 'µs')} beside ${renderMedian(few, 'µs')}, ${ratio}`;
  });
  return { ...finding, figures: [finding.figures, ...others].join('; ') };
}

function reportMemory(pairs: readonly Pair[]): Finding {
  const [ours, ...peers] = pairs.map(({ name, few, many }) => ({
    name,
    samples: many.samples.map(({ memoryMb }, round) => kilobytesEach(memoryMb - (few.samples[round]?.memoryMb ?? 0))),
  }));
  if (ours === undefined) throw new Error('Nobody was measured.');
  const finding = rank({ what: 'memory of a route (PSS)', unit: 'kB', better: 'less', ours, peers });
  const met = summarize(ours.samples).median <= ROUTE_MARK_KB;
  return { ...finding, marks: [{ wanted: `≤ ${ROUTE_MARK_KB} kB`, met }] };
}

function kilobytesEach(megabytes: number): number {
  return (megabytes * 1024) / (MANY - FEW);
}

if (import.meta.main) await presentEdge([routes]);
