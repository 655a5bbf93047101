import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadPlan, type LoadResult, measureLoad } from './load/measure-load.ts';
import { compare, type Finding } from './measure/finding.ts';
import { renderSummary, summarize } from './measure/summary.ts';
import { takeTurns } from './measure/turn.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { type EngineWatch, watchEngine } from './stage/engine-watch.ts';
import { MEMORY_IMAGE, type MemoryBerth, startMemoryBerth } from './stage/memory-berth.ts';
import { type Berth, deployMany, type Stage } from './stage/stage.ts';

const APPS = 20;
const MANY_APPS = 1_000;
const MARK_PER_SECOND = 10_000;
/** Every half minute Berth compares its picture with the engine: one list, and one look at each container. */
const RESYNC_CALLS = 1 + APPS;

/** What a list and a status cost, beside the engine's own list of the same containers; each on one core. */
export const list: Benchmark = {
  name: 'list',
  async run(stage) {
    const image = await stage.prepareImage('web');
    const watch = await watchEngine(stage.engine.socket, join(tmpdir(), `berth-bench-${process.pid}.sock`));
    const berth = await stage.startBerth({ engineSocket: watch.socket, settings: { stats: { history: false } } });
    const many = await startMemoryBerth();
    try {
      await deployMany(berth, APPS, { image });
      stage.say(`${MANY_APPS.toLocaleString('en')} apps without containers are being deployed`);
      const pages = await preparePages(many);
      return await measure(stage, { berth, many, pages, watch });
    } finally {
      await many.stop();
      await berth.stop();
      await watch.close();
    }
  },
};

interface Scene {
  readonly berth: Berth;
  readonly many: MemoryBerth;
  readonly pages: readonly string[];
  readonly watch: EngineWatch;
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

async function measure(stage: Stage, scene: Scene): Promise<Finding[]> {
  const plans = listPlans(stage, scene);
  const engineCalls: number[] = [];
  const watched = (plan: LoadPlan) => async () => {
    const before = scene.watch.calls.length;
    const result = await measureLoad(plan);
    engineCalls.push(scene.watch.calls.length - before);
    return result;
  };
  const { engine, ...ours } = await takeTurns(
    {
      list: watched(plans.list),
      status: watched(plans.status),
      pages: watched(plans.pages),
      engine: () => measureLoad(plans.engine),
    },
    stage,
  );
  stage.say(renderCalls(engineCalls));
  return [
    report(`list of ${APPS} apps, on one core`, ours.list, engine),
    report('status of one app, on one core', ours.status, engine),
    report(`list of ${MANY_APPS.toLocaleString('en')} apps in pages of 100, on one core`, ours.pages, engine),
  ];
}

function listPlans({ bare, engine }: Stage, { berth, many, pages }: Scene) {
  const { client, daemon } = berth;
  const target = { host: '127.0.0.1', port: Number(new URL(daemon.apiUrl).port) };
  const listEngine = Buffer.from('GET /containers/json HTTP/1.1\r\nHost: docker\r\n\r\n');
  return {
    list: { target, pid: daemon.pid, requests: [client.renderRequest('/v1/apps')] },
    status: { target, pid: daemon.pid, requests: [client.renderRequest('/v1/apps/app-0007/status')] },
    pages: {
      target: { host: '127.0.0.1', port: many.port },
      pid: many.pid,
      requests: pages.map((path) => many.client.renderRequest(path)),
    },
    engine: { target: { path: bare.socket }, pid: engine.pid(), requests: [listEngine] },
  } satisfies Record<string, LoadPlan>;
}

function report(what: string, ours: readonly LoadResult[], theirs: readonly LoadResult[]): Finding {
  const beside = `bare engine’s list of the same ${APPS} containers`;
  const perSecond = (results: readonly LoadResult[]) => results.map((result) => result.perSecond);
  const renderCost = (results: readonly LoadResult[]) =>
    renderSummary(summarize(results.map(({ cpuMicros }) => cpuMicros)), 'µs of CPU each');
  const finding = compare({
    what,
    ours: { name: 'Berth', samples: perSecond(ours) },
    theirs: { name: beside, samples: perSecond(theirs) },
    unit: 'req/s',
  });
  return {
    ...finding,
    figures: `${finding.figures}; Berth ${renderCost(ours)}, the engine ${renderCost(theirs)}`,
    marks: [
      {
        wanted: `≥ ${MARK_PER_SECOND.toLocaleString('en')} req/s`,
        met: summarize(perSecond(ours)).median >= MARK_PER_SECOND,
      },
    ],
  };
}

/** Throws when reading asks the engine: what remains is the comparison that goes on without any reader. */
function renderCalls(calls: readonly number[]): string {
  const quiet = calls.filter((count) => count === 0).length;
  const most = Math.max(...calls);
  if (quiet === 0 || most > RESYNC_CALLS)
    throw new Error(`Reads asked the engine: ${calls.join(', ')} calls in the windows.`);
  return `the engine was not asked in ${quiet} of ${calls.length} windows; in the others, ${most} calls at most, for the regular comparison`;
}

if (import.meta.main) await present([list], { rounds: 5 });
