import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openCrowd } from '../load/idle-crowd.ts';
import { type Finding, limit } from '../measure/finding.ts';
import { readPssMb } from '../measure/process-cost.ts';
import { type Measurement, rankBy } from '../measure/standing.ts';
import { summarize } from '../measure/summary.ts';
import { onOwnRuntime } from '../stage/own-runtime.ts';
import { type Arena, type ContestantName, everyone, inArena, usualHost } from './arena.ts';
import { presentEdge } from './present-edge.ts';
import type { Contestant } from './proxy/contestant.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const CONNECTIONS = 10_000;
const SETTLE_MS = 4_000;
const BASE_MARK_MB = 40;
const CONNECTION_MARK_KB = 6;

/** What a proxy keeps when it has done next to nothing, and for each idle connection of a visitor. */
export const memory: EdgeBenchmark = {
  name: 'edge:memory',
  run: (plan) => inArena('static', (arena) => measure(arena, plan)),
};

interface MemorySample {
  readonly baseMb: number;
  readonly connectionKb: number;
}

async function measure(arena: Arena, { rounds, say }: EdgePlan): Promise<Finding[]> {
  const measurements: { readonly name: string; readonly samples: MemorySample[] }[] = [];
  for (const name of everyone) {
    // A Node of its own for each: two processes that run one binary would share the weight of its pages.
    const measurement = await onOwnRuntime(() => weighRounds(arena, name, rounds));
    say(`${measurement.name}: ${measurement.samples.map(({ baseMb }) => baseMb.toFixed(1)).join(', ')} MB`);
    measurements.push(measurement);
  }
  return [reportBase(measurements), reportConnection(measurements)];
}

/** It is started once before: what it compiles or writes then is there, as it is on any day but the first. */
async function weighRounds({ folder, start }: Arena, name: ContestantName, rounds: number) {
  const wish = { folder: join(folder, `${name}-weighed`) };
  mkdirSync(wish.folder);
  await (await start(name, wish)).stop();
  const samples: MemorySample[] = [];
  let words: string = name;
  for (let round = 0; round < rounds; round += 1) {
    const contestant = await start(name, wish);
    samples.push(await weigh(contestant));
    words = contestant.name;
    await contestant.stop();
  }
  return { name: words, samples };
}

async function weigh(contestant: Contestant): Promise<MemorySample> {
  const read = () => contestant.listPids().reduce((sum, pid) => sum + readPssMb(pid), 0);
  await delay(SETTLE_MS);
  const baseMb = read();
  const crowd = await openCrowd({ port: contestant.port, host: usualHost, count: CONNECTIONS });
  try {
    await delay(SETTLE_MS);
    const open = crowd.countOpen();
    if (open < CONNECTIONS * 0.99) throw new Error(`${contestant.name} kept ${open} of ${CONNECTIONS} connections.`);
    return { baseMb, connectionKb: ((read() - baseMb) * 1024) / open };
  } finally {
    crowd.close();
  }
}

function reportBase(measurements: readonly Measurement<MemorySample>[]): Finding {
  const read = ({ baseMb }: MemorySample): number => baseMb;
  const finding = rankBy(measurements, {
    read,
    what: 'memory of a proxy that waits (PSS)',
    unit: 'MB',
    better: 'less',
  });
  return { ...finding, marks: [limit(summarize(listOurs(measurements, read)), { atMost: BASE_MARK_MB, unit: 'MB' })] };
}

function reportConnection(measurements: readonly Measurement<MemorySample>[]): Finding {
  const read = ({ connectionKb }: MemorySample): number => connectionKb;
  const what = `memory of an idle kept connection, of ${CONNECTIONS.toLocaleString('en')} (PSS)`;
  const finding = rankBy(measurements, { read, what, unit: 'kB', better: 'less' });
  return {
    ...finding,
    marks: [limit(summarize(listOurs(measurements, read)), { atMost: CONNECTION_MARK_KB, unit: 'kB' })],
  };
}

function listOurs(measurements: readonly Measurement<MemorySample>[], read: (sample: MemorySample) => number) {
  return (measurements[0]?.samples ?? []).map(read);
}

if (import.meta.main) await presentEdge([memory]);
