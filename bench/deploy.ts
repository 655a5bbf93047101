import { raceDeploys } from './race/deploy-race.ts';
import { type Benchmark, present } from './stage/benchmark.ts';

const NETWORK = 'bench-own';

/** The deploy of an image at hand, and the next one beside it. */
export const deploy: Benchmark = {
  name: 'deploy',
  async run(stage) {
    const images = { 1: await stage.prepareImage('web', 1), 2: await stage.prepareImage('web', 2) };
    await stage.bare.createNetwork(NETWORK);
    const berth = await stage.startBerth();
    try {
      return await raceDeploys(stage, {
        berth,
        deploy: (app, version) => berth.client.deploy(app, { image: images[version] }),
        remove: (app) => berth.client.remove(app),
        what: {
          first: 'deploy of an image at hand, to the first answer',
          next: 'redeploy beside the old, to the new release’s first answer',
        },
        alike: {
          name: 'bare engine: create, start, first answer, on a network of one’s own',
          start: { image: images[1], network: NETWORK },
        },
        plain: {
          name: 'the same on the engine’s default bridge, which has no DNS to start',
          start: { image: images[1] },
        },
      });
    } finally {
      await berth.stop();
    }
  },
};

if (import.meta.main) await present([deploy], { rounds: 5 });
