import { createCycle } from '../measure/cycle.ts';
import type { Finding } from '../measure/finding.ts';
import { takeTurns } from '../measure/turn.ts';
import { endContainers, startContainers } from '../stage/bare-fleet.ts';
import { type Berth, deployMany, type Stage } from '../stage/stage.ts';
import { compareWay } from './cycle-pair.ts';

const COUNT = 20;
const atMost = 0.5;

type Verb = 'pause' | 'unpause';

export interface PauseRace {
  readonly berth: Berth;
  readonly image: string;
  /** Of the engine; there already. */
  readonly network: string;
  /** By which API, for the reader: empty, or as in `src: `. */
  readonly by: string;
  /** One call for all names; rejects where one of them was refused. */
  readonly actOnAll: (verb: Verb, names: readonly string[]) => Promise<unknown>;
}

/** Pause and unpause of many apps in one call, beside the engine asked for one container after the other. */
export async function racePause(stage: Stage, race: PauseRace): Promise<Finding[]> {
  const { bare } = stage;
  const { berth, image, network, by, actOnAll } = race;
  const names = await deployMany(berth, COUNT, { image });
  const ids = await startContainers(bare, { image, network, count: COUNT, width: COUNT });
  const actOnEach = async (verb: Verb) => {
    for (const id of ids) await bare.act(id, verb);
  };
  const contestants = {
    berth: createCycle(
      () => actOnAll('pause', names),
      () => actOnAll('unpause', names),
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
  const pair = { ours: results.berth, theirs };
  return [
    compareWay('out', { what: `${by}pause of ${COUNT} apps in one call`, atMost }, pair),
    compareWay('back', { what: `${by}unpause of ${COUNT} apps in one call`, atMost }, pair),
  ];
}
