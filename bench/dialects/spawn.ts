import { compare, type Finding } from '../measure/finding.ts';
import { takeTurns, timeMs } from '../measure/turn.ts';
import { rest, startAnswering } from '../stage/bare-start.ts';
import { type Benchmark, present } from '../stage/benchmark.ts';
import { EdgeVisitor } from '../stage/edge-visitor.ts';
import type { Berth, Stage } from '../stage/stage.ts';

const COUNT = 6;
const NETWORK = 'bench-dialect-spawn';

/** Six users ask `spawner` at once, until each has a first page, beside six containers that the engine starts at once. */
export const dialectSpawn: Benchmark = {
  name: 'dialects:spawn',
  async run(stage) {
    const image = await stage.prepareImage('web');
    await stage.bare.createNetwork(NETWORK);
    const spawner = { prefix: '/spawner', open: true, images: { web: image }, maxContainers: COUNT };
    const berth = await stage.startBerth({ settings: { dialects: { spawner } } });
    try {
      return await measure(stage, berth, image);
    } finally {
      await berth.stop();
    }
  },
};

async function measure(stage: Stage, berth: Berth, image: string): Promise<Finding[]> {
  const visitor = new EdgeVisitor(berth);
  try {
    const results = await takeTurns(
      { berth: () => spawnMany(berth, visitor), bare: () => startMany(stage, image) },
      stage,
    );
    const ours = { name: 'Berth', samples: results.berth };
    const name = `bare engine: ${COUNT} times create, start, first answer, at once`;
    const what = `spawner: ${COUNT} spawns at once, to the last one’s first answer`;
    return [compare({ what, ours, theirs: { name, samples: results.bare }, unit: 'ms' })];
  } finally {
    visitor.close();
  }
}

async function spawnMany({ client }: Berth, visitor: EdgeVisitor): Promise<number> {
  const ids: string[] = [];
  const tookMs = await timeAtOnce(async (user) => {
    const form = new URLSearchParams({ container_id: 'web', user_id: `user-${user}` });
    const id = await client.askText('POST', '/spawner/spawn', form);
    ids.push(id);
    await visitor.awaitPage(id);
  });
  const forms = ids.map((id) => new URLSearchParams({ container_hex: id }));
  await Promise.all(forms.map((form) => client.askText('POST', '/spawner/stop', form)));
  await rest();
  return tookMs;
}

async function startMany({ bare }: Stage, image: string): Promise<number> {
  const ids: string[] = [];
  const tookMs = await timeAtOnce(async () => {
    ids.push(await startAnswering(bare, { image, network: NETWORK }));
  });
  await Promise.all(ids.map((id) => bare.remove(id)));
  await rest();
  return tookMs;
}

function timeAtOnce(task: (index: number) => Promise<void>): Promise<number> {
  return timeMs(() => Promise.all(Array.from({ length: COUNT }, (_, index) => task(index))));
}

if (import.meta.main) await present([dialectSpawn], { rounds: 5 });
