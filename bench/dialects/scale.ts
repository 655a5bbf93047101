import { raceScale } from '../race/scale-race.ts';
import { WEB_PORT } from '../stage/bare-start.ts';
import { type Benchmark, present } from '../stage/benchmark.ts';

const NETWORK = 'bench-dialect-scale';
const SERVICE = '/genisys/service/scaled';

/** `genisys` goes from none to many and back, each port published as the API has it, beside the engine that publishes it too. */
export const dialectScale: Benchmark = {
  name: 'dialects:scale',
  async run(stage) {
    const image = await stage.prepareImage('web');
    await stage.bare.createNetwork(NETWORK);
    const berth = await stage.startBerth({ settings: { dialects: { genisys: { prefix: '/genisys' } } } });
    const { client } = berth;
    try {
      await client.askText('PUT', SERVICE, { image });
      return await raceScale(stage, {
        container: { image, network: NETWORK, publishedPorts: [WEB_PORT] },
        by: 'genisys: ',
        scaleTo: (number) => client.askText('POST', `${SERVICE}/scale`, { number }),
      });
    } finally {
      await berth.stop();
    }
  },
};

if (import.meta.main) await present([dialectScale], { rounds: 5 });
