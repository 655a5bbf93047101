import { createCycle, type Cycle } from '../measure/cycle.ts';
import type { Finding } from '../measure/finding.ts';
import { summarize } from '../measure/summary.ts';
import { takeTurns } from '../measure/turn.ts';
import type { BareContainer } from '../stage/bare-engine.ts';
import { endContainers, startContainers } from '../stage/bare-fleet.ts';
import type { Stage } from '../stage/stage.ts';
import { compareWay, type CyclePair } from './cycle-pair.ts';

const COUNT = 20;
const atMost = 1.15;
/** How many calls to the engine at once may suit it. */
const WIDTHS = [4, 8, 12, 20];

export interface ScaleRace {
  /** What the engine makes by hand: the same as Berth makes. */
  readonly container: BareContainer;
  /** By which API, for the reader: empty, or as in `genisys: `. */
  readonly by: string;
  /** One call for an app that has none; resolves when so many run. */
  readonly scaleTo: (replicas: number) => Promise<unknown>;
}

/** None to many and back in one call each, beside the engine in the parallelism that suits it best. */
export async function raceScale(stage: Stage, { container, by, scaleTo }: ScaleRace): Promise<Finding[]> {
  const widths = Object.fromEntries(WIDTHS.map((width) => [`${width}`, cycleBare(stage, container, width)]));
  const contestants = {
    berth: createCycle(
      () => scaleTo(COUNT),
      () => scaleTo(0),
    ),
    ...widths,
  };
  const { berth, ...bare }: Readonly<Record<string, readonly Cycle[]>> = await takeTurns(contestants, stage);
  const pair = (way: keyof Cycle): CyclePair => ({ ours: berth, theirs: findBest(way, bare) });
  return [
    compareWay('out', { what: `${by}scale from 0 to ${COUNT} in one call`, atMost }, pair('out')),
    compareWay('back', { what: `${by}scale from ${COUNT} to 0 in one call`, atMost }, pair('back')),
  ];
}

function cycleBare({ bare }: Stage, container: BareContainer, width: number): () => Promise<Cycle> {
  let ids: readonly string[] = [];
  const start = async () => (ids = await startContainers(bare, { ...container, count: COUNT, width }));
  return createCycle(start, () => endContainers(bare, ids, width));
}

function findBest(way: keyof Cycle, widths: Readonly<Record<string, readonly Cycle[]>>): CyclePair['theirs'] {
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
