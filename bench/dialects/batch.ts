import { racePause } from '../race/pause-race.ts';
import { type Benchmark, present } from '../stage/benchmark.ts';

const NETWORK = 'bench-dialect-batch';

/** `src` pauses and unpauses many apps in one call, beside the engine asked for one container after the other. */
export const dialectBatch: Benchmark = {
  name: 'dialects:batch',
  async run(stage) {
    const image = await stage.prepareImage('web');
    await stage.bare.createNetwork(NETWORK);
    const berth = await stage.startBerth({ settings: { dialects: { src: { prefix: '/src', open: true } } } });
    try {
      return await racePause(stage, {
        berth,
        image,
        network: NETWORK,
        by: 'src: ',
        actOnAll: (verb, names) => berth.client.askText('POST', `/src/demo/${verb}-app?name=${names.join(',')}`),
      });
    } finally {
      await berth.stop();
    }
  },
};

if (import.meta.main) await present([dialectBatch], { rounds: 5 });
