import { startRegistry } from '../../test/harness/registry.ts';
import { raceDeploys } from '../race/deploy-race.ts';
import { type Benchmark, present } from '../stage/benchmark.ts';

const NETWORK = 'bench-dialect-deploy';
const secret = 'secret';

/** `hosted` deploys and redeploys, and asks the registry each time, beside the engine that pulls, creates and starts. */
export const dialectDeploy: Benchmark = {
  name: 'dialects:deploy',
  async run(stage) {
    const registry = await startRegistry();
    const push = async (version: 1 | 2) => {
      const image = await stage.prepareImage('web', version);
      return (await registry.push(stage.engine.socket, image, `team/web:${version}`)).name;
    };
    const images = { 1: await push(1), 2: await push(2) };
    await stage.bare.createNetwork(NETWORK);
    const berth = await stage.startBerth({ settings: { dialects: { hosted: { prefix: '/hosted', secret } } } });
    const post = (path: string, params: object) =>
      berth.client.askText('POST', `/hosted/${path}`, { secret, ...params });
    const alike = { image: images[1], network: NETWORK };
    try {
      return await raceDeploys(stage, {
        berth,
        deploy: (name, version) => post('new', { name, image: images[version] }),
        remove: (name) => post('delete', { name }),
        what: { first: 'hosted: /new of an app, to the first answer', next: 'hosted: /new again, to the first answer' },
        alike: { name: 'bare engine: pull, create, start, first answer', start: { ...alike, isPulled: true } },
        plain: { name: 'the same without the pull', start: alike },
      });
    } finally {
      await berth.stop();
      await registry.stop();
    }
  },
};

if (import.meta.main) await present([dialectDeploy], { rounds: 5 });
