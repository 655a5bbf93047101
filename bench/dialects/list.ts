import type { Finding } from '../measure/finding.ts';
import { raceReads, type Read } from '../race/read-race.ts';
import { type Benchmark, present } from '../stage/benchmark.ts';
import { type Berth, deployMany, type Stage } from '../stage/stage.ts';
import { onWatchedBerth, type WatchedBerth } from '../stage/watched-berth.ts';

const APPS = 20;
/** A user's spawn runs beside the apps. */
const CONTAINERS = APPS + 1;
/** Two milliseconds each. */
const STATS_PER_SECOND = 500;
const lastApp = 'app-0019';

/** What the older APIs take for a list and a status, beside the engine's own list of the same containers. */
export const dialectList: Benchmark = {
  name: 'dialects:list',
  async run(stage) {
    const image = await stage.prepareImage('web');
    const dialects = {
      hosted: { prefix: '/hosted', secret: 'secret' },
      src: { prefix: '/src', open: true },
      spawner: { prefix: '/spawner', open: true, images: { web: image } },
      genisys: { prefix: '/genisys' },
      // It shows what its owner has, and the apps are the administrator's.
      portal: { prefix: '/portal', open: true, owner: 'admin' },
    };
    const settings = { dialects, stats: { history: false } };
    return onWatchedBerth(stage, settings, (watched) => measure(stage, watched, image));
  },
};

async function measure(stage: Stage, { berth, watch }: WatchedBerth, image: string): Promise<Finding[]> {
  await deployMany(berth, APPS, { image });
  const form = new URLSearchParams({ container_id: 'web', user_id: '7' });
  const hex = await berth.client.askText('POST', '/spawner/spawn', form);
  const reads: Read[] = [];
  for (const question of listQuestions(hex)) reads.push(await prepareRead(berth, question));
  return raceReads(stage, { reads, watch, containers: CONTAINERS });
}

/** Resolves when the question is seen to be answered. */
async function prepareRead({ client, daemon }: Berth, { what, path, holding, isMeasured }: Question): Promise<Read> {
  const check = async () => {
    const answer = await client.askText('GET', path);
    if (!answer.includes(holding)) throw new Error(`${path} was answered without ${holding}: ${answer}`);
  };
  await check();
  const target = { host: '127.0.0.1', port: Number(new URL(daemon.apiUrl).port) };
  const plan = { target, pid: daemon.pid, requests: [client.renderRequest(path)] };
  return { what, plan, ...(isMeasured === true ? { prepare: check, leastPerSecond: STATS_PER_SECOND } : {}) };
}

interface Question {
  readonly what: string;
  readonly path: string;
  /** What a true answer holds. */
  readonly holding: string;
  /** Of what runs in the containers, not from the books. */
  readonly isMeasured?: boolean;
}

function listQuestions(hex: string): Question[] {
  const src = '/src/demo';
  return [
    { what: `hosted: list of ${APPS} apps`, path: '/hosted/', holding: lastApp },
    { what: `src: names of ${APPS} apps`, path: `${src}/get-app-names`, holding: lastApp },
    { what: `src: status of ${APPS} apps`, path: `${src}/get-app-status`, holding: lastApp },
    { what: 'src: status of one app', path: `${src}/get-app-status?name=${lastApp}`, holding: lastApp },
    {
      what: `src: stats of ${APPS} apps, 2 ms each at ${STATS_PER_SECOND} req/s`,
      path: `${src}/get-app-stats`,
      holding: lastApp,
      isMeasured: true,
    },
    { what: 'spawner: a user’s container', path: '/spawner/get_container_hex?user_id=7', holding: hex },
    { what: `genisys: list of ${APPS} services`, path: '/genisys/service', holding: lastApp },
    { what: 'genisys: status of a service', path: `/genisys/service/${lastApp}/status`, holding: ':1' },
    { what: `portal: list of ${APPS} apps as JSON`, path: '/portal/', holding: lastApp },
  ];
}

if (import.meta.main) await present([dialectList], { rounds: 5 });
