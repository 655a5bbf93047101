import type { Finding } from './measure/finding.ts';
import { raceReads, type Read } from './race/read-race.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { MEMORY_IMAGE, type MemoryBerth, startMemoryBerth } from './stage/memory-berth.ts';
import { type Berth, deployMany, type Stage } from './stage/stage.ts';
import { onWatchedBerth, type WatchedBerth } from './stage/watched-berth.ts';

const APPS = 20;
const MANY_APPS = 1_000;

/** What a list and a status cost, beside the engine's own list of the same containers; each on one core. */
export const list: Benchmark = {
  name: 'list',
  async run(stage) {
    const image = await stage.prepareImage('web');
    const many = await startMemoryBerth();
    try {
      return await onWatchedBerth(stage, { stats: { history: false } }, async (watched) => {
        await deployMany(watched.berth, APPS, { image });
        return measure(stage, watched, many);
      });
    } finally {
      await many.stop();
    }
  },
};

async function measure(stage: Stage, { berth, watch }: WatchedBerth, many: MemoryBerth): Promise<Finding[]> {
  stage.say(`${MANY_APPS.toLocaleString('en')} apps without containers are being deployed`);
  const pages = await preparePages(many);
  return raceReads(stage, { reads: listReads(berth, many, pages), watch, containers: APPS });
}

/** The paths of all pages of the list of many apps. */
async function preparePages({ client }: MemoryBerth): Promise<string[]> {
  await deployMany({ client }, MANY_APPS, { image: MEMORY_IMAGE });
  const pages: string[] = [];
  for (let path: string | null = '/v1/apps?limit=100'; path !== null; ) {
    pages.push(path);
    const { next }: { readonly next: string | null } = await client.ask('GET', path);
    path = next === null ? null : `/v1/apps?limit=100&cursor=${next}`;
  }
  return pages;
}

function listReads({ client, daemon }: Berth, many: MemoryBerth, pages: readonly string[]): Read[] {
  const target = { host: '127.0.0.1', port: Number(new URL(daemon.apiUrl).port) };
  const plan = (path: string) => ({ target, pid: daemon.pid, requests: [client.renderRequest(path)] });
  return [
    { what: `list of ${APPS} apps, on one core`, plan: plan('/v1/apps') },
    { what: 'status of one app, on one core', plan: plan('/v1/apps/app-0007/status') },
    {
      what: `list of ${MANY_APPS.toLocaleString('en')} apps in pages of 100, on one core`,
      plan: {
        target: { host: '127.0.0.1', port: many.port },
        pid: many.pid,
        requests: pages.map((path) => many.client.renderRequest(path)),
      },
    },
  ];
}

if (import.meta.main) await present([list], { rounds: 5 });
