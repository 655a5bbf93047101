import { compare, type Finding } from '../measure/finding.ts';
import { takeTurns } from '../measure/turn.ts';
import { type BareStart, rest, timeBareStart } from '../stage/bare-start.ts';
import { EdgeVisitor } from '../stage/edge-visitor.ts';
import type { Berth, Stage } from '../stage/stage.ts';

const atMost = 1.1;
/** Rounds for each one asked for: a container's start varies by half of itself. */
const ROUNDS_FACTOR = 3;

type Version = 1 | 2;

export interface DeployRace {
  readonly berth: Berth;
  /** One call that brings a version of the image `web` into an app, and is answered when it serves. */
  readonly deploy: (app: string, version: Version) => Promise<unknown>;
  readonly remove: (app: string) => Promise<unknown>;
  /** For the reader: the first deploy of an app, and the next one. */
  readonly what: { readonly first: string; readonly next: string };
  /** The engine that does the same by hand. */
  readonly alike: Peer;
  /** The engine that does less, which the first deploy stands beside as well. */
  readonly plain: Peer;
}

interface Peer {
  readonly name: string;
  readonly start: BareStart;
}

/** From one call to the first page a visitor gets: Berth and its edge, beside the engine's create, start and answer. */
export async function raceDeploys(stage: Stage, race: DeployRace): Promise<Finding[]> {
  const visitor = new EdgeVisitor(race.berth);
  try {
    const contestants = listContestants(stage, race, visitor);
    return describe(race, await takeTurns(contestants, { rounds: ROUNDS_FACTOR * stage.rounds }));
  } finally {
    visitor.close();
  }
}

function listContestants({ bare }: Stage, { deploy, remove, alike, plain }: DeployRace, visitor: EdgeVisitor) {
  let count = 0;
  const withApp = async (measure: (name: string) => Promise<number>) => {
    const name = `deploy-${(count += 1)}`;
    const measured = await measure(name);
    await remove(name);
    await rest();
    return measured;
  };
  /** One call that waits, then one visit: who asked the edge all the while would slow down what is measured. */
  const deployTo = async (name: string, version: Version) => {
    const began = performance.now();
    await deploy(name, version);
    await visitor.awaitPage(name, `version ${version}`);
    return performance.now() - began;
  };
  return {
    plain: () => timeBareStart(bare, plain.start),
    alike: () => timeBareStart(bare, alike.start),
    first: () => withApp((name) => deployTo(name, 1)),
    next: () =>
      withApp(async (name) => {
        await deploy(name, 1);
        return deployTo(name, 2);
      }),
  };
}

type Results = Readonly<Record<'plain' | 'alike' | 'first' | 'next', readonly number[]>>;

function describe({ what, alike, plain }: DeployRace, results: Results): Finding[] {
  const same = { name: alike.name, samples: results.alike };
  const first = { what: what.first, ours: { name: 'Berth', samples: results.first }, unit: 'ms' };
  const next = { what: what.next, ours: { name: 'Berth', samples: results.next }, unit: 'ms' };
  return [
    compare({ ...first, theirs: same, atMost }),
    compare({ ...first, theirs: { name: plain.name, samples: results.plain } }),
    compare({ ...next, theirs: same, atMost }),
  ];
}
