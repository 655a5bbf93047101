import { racePause } from './race/pause-race.ts';
import { raceScale } from './race/scale-race.ts';
import { type Benchmark, present } from './stage/benchmark.ts';

const NETWORK = 'bench-batch';
const SCALED = 'scaled';

/** Many containers by one call, beside the engine asked by hand: one at a time, and in the parallelism that suits it best. */
export const batch: Benchmark = {
  name: 'batch',
  async run(stage) {
    const image = await stage.prepareImage('web');
    await stage.bare.createNetwork(NETWORK);
    const berth = await stage.startBerth();
    const { client } = berth;
    try {
      const actOnAll = client.batch.bind(client);
      const paused = await racePause(stage, { berth, image, network: NETWORK, by: '', actOnAll });
      await client.deploy(SCALED, { image, replicas: 0 });
      const scaleTo = (replicas: number) => client.scale(SCALED, replicas);
      const scaled = await raceScale(stage, { container: { image, network: NETWORK }, by: '', scaleTo });
      return [...paused, ...scaled];
    } finally {
      await berth.stop();
    }
  },
};

if (import.meta.main) await present([batch], { rounds: 5 });
