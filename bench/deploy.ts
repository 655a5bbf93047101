import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { compare, type Finding } from './measure/finding.ts';
import { takeTurns } from './measure/turn.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { awaitFirstAnswer } from './stage/first-answer.ts';
import type { Berth, Stage } from './stage/stage.ts';

const PORT = 8080;
const OWN_NETWORK = 'bench-own';
const MARK = 1.1;
/** Rounds for each one asked for: a container's start varies by half of itself. */
const ROUNDS_FACTOR = 3;
const REST_MS = 250;

/** From one call to the first page a visitor gets: Berth and its edge, beside the engine's create, start and answer. */
export const deploy: Benchmark = {
  name: 'deploy',
  async run(stage) {
    const images = [await stage.prepareImage('web', 1), await stage.prepareImage('web', 2)];
    await stage.bare.createNetwork(OWN_NETWORK);
    const berth = await stage.startBerth();
    const visitor = new Agent({ keepAlive: true });
    try {
      const contestants = listContestants(stage, { berth, visitor, images });
      return describe(await takeTurns(contestants, { rounds: ROUNDS_FACTOR * stage.rounds }));
    } finally {
      visitor.destroy();
      await berth.stop();
    }
  },
};

interface Scene {
  readonly berth: Berth;
  readonly visitor: Agent;
  readonly images: readonly string[];
}

function listContestants(stage: Stage, scene: Scene) {
  const [first = '', second = ''] = scene.images;
  let count = 0;
  const nextName = () => `deploy-${(count += 1)}`;
  return {
    bridge: () => startBare(stage, first, 'default'),
    ownNetwork: () => startBare(stage, first, OWN_NETWORK),
    deploy: () => withApp(scene, nextName(), (name) => deployTo(scene, name, { image: first, holding: 'version 1' })),
    redeploy: () =>
      withApp(scene, nextName(), async (name) => {
        await scene.berth.client.deploy(name, { image: first });
        return deployTo(scene, name, { image: second, holding: 'version 2' });
      }),
  };
}

async function startBare({ bare }: Stage, image: string, network: string): Promise<number> {
  const began = performance.now();
  const id = await bare.create(image, network);
  await bare.act(id, 'start');
  await awaitFirstAnswer({ host: await bare.findAddress(id), port: PORT });
  const tookMs = performance.now() - began;
  await bare.act(id, 'stop');
  await bare.remove(id);
  return rest(tookMs);
}

type Wish = { readonly image: string; readonly holding: string };

/** One call that waits, then one visit: who asked the edge all the while would slow down what is measured. */
async function deployTo({ berth, visitor }: Scene, name: string, { image, holding }: Wish): Promise<number> {
  const began = performance.now();
  await berth.client.deploy(name, { image });
  await awaitFirstAnswer({
    host: '127.0.0.1',
    port: berth.daemon.edgePort,
    name: `${name}.localhost`,
    agent: visitor,
    holding,
  });
  return performance.now() - began;
}

async function withApp({ berth }: Scene, name: string, measure: (name: string) => Promise<number>): Promise<number> {
  const measured = await measure(name);
  await berth.client.remove(name);
  return rest(measured);
}

/** What a removed container leaves to be done by engine and kernel is not to fall on the next one. */
async function rest(measured: number): Promise<number> {
  await delay(REST_MS);
  return measured;
}

type Results = Readonly<Record<'bridge' | 'ownNetwork' | 'deploy' | 'redeploy', readonly number[]>>;

function describe({ bridge, ownNetwork, deploy: ours, redeploy }: Results): Finding[] {
  const alike = {
    name: 'bare engine: create, start, first answer, on a network of one’s own',
    samples: ownNetwork,
  };
  const plain = { name: 'the same on the engine’s default bridge, which has no DNS to start', samples: bridge };
  const first = { what: 'deploy of an image at hand, to the first answer', ours: { name: 'Berth', samples: ours } };
  const second = {
    what: 'redeploy beside the old, to the new release’s first answer',
    ours: { name: 'Berth', samples: redeploy },
  };
  const unit = 'ms';
  return [
    compare({ ...first, theirs: alike, unit, atMost: MARK }),
    compare({ ...first, theirs: plain, unit }),
    compare({ ...second, theirs: alike, unit, atMost: MARK }),
  ];
}

if (import.meta.main) await present([deploy], { rounds: 5 });
