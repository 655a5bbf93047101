import { createCycle, type Cycle } from './measure/cycle.ts';
import { compare, type Finding, type Measured } from './measure/finding.ts';
import { summarize } from './measure/summary.ts';
import { takeTurns } from './measure/turn.ts';
import { endContainers, startContainers } from './stage/bare-fleet.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { type Berth, deployMany, type Stage } from './stage/stage.ts';

const COUNT = 20;
const PAUSE_MARK = 0.5;
const SCALE_MARK = 1.15;
const NETWORK = 'bench-batch';
const SCALED = 'scaled';
/** How many calls to the engine at once may suit it. */
const WIDTHS = [4, 8, 12, 20];

/** Many containers by one call, beside the engine asked by hand: one at a time, and in the parallelism that suits it best. */
export const batch: Benchmark = {
  name: 'batch',
  async run(stage) {
    const image = await stage.prepareImage('web');
    await stage.bare.createNetwork(NETWORK);
    const berth = await stage.startBerth();
    try {
      return [...(await measurePause({ stage, berth, image })), ...(await measureScale({ stage, berth, image }))];
    } finally {
      await berth.stop();
    }
  },
};

interface Scene {
  readonly stage: Stage;
  readonly berth: Berth;
  readonly image: string;
}

async function measurePause({ stage, berth, image }: Scene): Promise<Finding[]> {
  const { bare } = stage;
  const names = await deployMany(berth, COUNT, { image });
  const ids = await startContainers(bare, { image, network: NETWORK, count: COUNT, width: COUNT });
  const actOnEach = async (verb: 'pause' | 'unpause') => {
    for (const id of ids) await bare.act(id, verb);
  };
  const actOnAll = (verb: 'pause' | 'unpause') => berth.client.batch(verb, names);
  const contestants = {
    berth: createCycle(
      () => actOnAll('pause'),
      () => actOnAll('unpause'),
    ),
    bare: createCycle(
      () => actOnEach('pause'),
      () => actOnEach('unpause'),
    ),
  };
  const results = await takeTurns(contestants, stage);
  await endContainers(bare, ids, COUNT);
  await Promise.all(names.map((name) => berth.client.remove(name)));
  const theirs = { name: 'bare engine, one container after the other', cycles: results.bare };
  return [
    report(`pause of ${COUNT} apps in one call`, pick('out', results.berth, theirs), PAUSE_MARK),
    report(`unpause of ${COUNT} apps in one call`, pick('back', results.berth, theirs), PAUSE_MARK),
  ];
}

async function measureScale({ stage, berth: { client }, image }: Scene): Promise<Finding[]> {
  await client.deploy(SCALED, { image, replicas: 0 });
  const scaleTo = (replicas: number) => client.scale(SCALED, replicas);
  const widths = Object.fromEntries(WIDTHS.map((width) => [`${width}`, cycleBare(stage, image, width)]));
  const contestants = {
    berth: createCycle(
      () => scaleTo(COUNT),
      () => scaleTo(0),
    ),
    ...widths,
  };
  const { berth, ...bare }: Readonly<Record<string, readonly Cycle[]>> = await takeTurns(contestants, stage);
  await client.remove(SCALED);
  return [
    report(`scale from 0 to ${COUNT} in one call`, pick('out', berth, findBest('out', bare)), SCALE_MARK),
    report(`scale from ${COUNT} to 0 in one call`, pick('back', berth, findBest('back', bare)), SCALE_MARK),
  ];
}

function cycleBare({ bare }: Stage, image: string, width: number): () => Promise<Cycle> {
  let ids: readonly string[] = [];
  const start = async () => (ids = await startContainers(bare, { image, network: NETWORK, count: COUNT, width }));
  return createCycle(start, () => endContainers(bare, ids, width));
}

interface Best {
  readonly name: string;
  readonly cycles: readonly Cycle[];
}

function findBest(way: keyof Cycle, widths: Readonly<Record<string, readonly Cycle[]>>): Best {
  const sorted = Object.entries(widths)
    .map(([width, cycles]) => ({ width, cycles, median: summarize(cycles.map((cycle) => cycle[way])).median }))
    .toSorted((one, other) => one.median - other.median);
  const [best] = sorted;
  if (best === undefined) throw new Error('The engine was not asked.');
  return {
    name: `bare engine at its best, ${best.width} of ${Object.keys(widths).join(', ')} at a time`,
    cycles: best.cycles,
  };
}

function pick(way: keyof Cycle, ours: readonly Cycle[] = [], { name, cycles }: Best): readonly [Measured, Measured] {
  const samples = (given: readonly Cycle[]) => given.map((cycle) => cycle[way]);
  return [
    { name: 'Berth', samples: samples(ours) },
    { name, samples: samples(cycles) },
  ];
}

function report(what: string, [ours, theirs]: readonly [Measured, Measured], atMost: number): Finding {
  return compare({ what, ours, theirs, unit: 'ms', atMost });
}

if (import.meta.main) await present([batch], { rounds: 5 });
