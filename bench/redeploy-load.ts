import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../test/harness/deadline.ts';
import { type Failure, startVisitors, type Visitors } from './load/visitors.ts';
import type { Finding } from './measure/finding.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import type { Berth, Stage } from './stage/stage.ts';

const APP = 'busy';
const REST_MS = 60_000;
const LONGEST_FAILURE_LIST = 10;
/** An instance that is killed takes with it what is under way to it, and only that. */
const KILLED_REPLICAS = 3;

/** Failed requests of constant load on one app, while all happens to it that is promised to cost none. */
export const redeployLoad: Benchmark = {
  name: 'redeploy-load',
  async run(stage) {
    const images = [await stage.prepareImage('node', 1), await stage.prepareImage('node', 2)] as const;
    const berth = await stage.startBerth();
    try {
      await berth.client.deploy(APP, describeApp(images[0]));
      const visitors = startVisitors(berth.daemon.edgePort, `${APP}.localhost`);
      const scene = { stage, berth, images, visitors };
      const played: Played[] = [];
      for (const chapter of chapters) played.push(await play(scene, chapter));
      await visitors.stop();
      return describe(played);
    } finally {
      await berth.stop();
    }
  },
};

/** Its instances have a little longer to drain than the longest of its answers takes. */
function describeApp(image: string | undefined): object {
  return { image, drainSeconds: 6 };
}

interface Scene {
  readonly stage: Stage;
  readonly berth: Berth;
  readonly images: readonly [string, string];
  readonly visitors: Visitors;
}

/** Something that happens so many times; `act` says when it took an instance by force, if it did. */
interface Chapter {
  readonly title: string;
  readonly times: number;
  readonly act: (scene: Scene, turn: number) => Promise<Kill | void>;
}

/** From when it was asked for until the instance was dead, as `performance.now()` counts. */
interface Kill {
  readonly askedMs: number;
  readonly deadMs: number;
}

const chapters: readonly Chapter[] = [
  { title: 'redeploys', times: 50, act: redeploy },
  { title: 'scale changes', times: 50, act: ({ berth }, turn) => berth.client.scale(APP, turn % 2 === 0 ? 3 : 1) },
  { title: 'kills of an instance', times: 20, act: killInstance },
  { title: 'kill -9 of the daemon amid a redeploy', times: 10, act: crash },
  { title: 'replacements of the edge', times: 5, act: replaceEdge },
];

interface Played {
  readonly title: string;
  readonly answered: number;
  readonly failed: readonly Failure[];
  readonly brokenSockets: readonly Failure[];
  readonly toldToGo: number;
  /** Failures of what was under way to an instance when it was killed. */
  readonly lost: number;
}

async function play(scene: Scene, { title, times, act }: Chapter): Promise<Played> {
  const { stage, visitors } = scene;
  const before = { ...visitors, failed: visitors.failures.length, broken: visitors.brokenSockets.length };
  const kills: Kill[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const kill = await act(scene, turn);
    if (kill !== undefined) kills.push(kill);
  }
  const wasLost = ({ beganMs, failedMs }: Failure) =>
    kills.some(({ askedMs, deadMs }) => beganMs < deadMs && askedMs < failedMs);
  const all = [visitors.failures.slice(before.failed), visitors.brokenSockets.slice(before.broken)] as const;
  const played = {
    title: `${times} ${title}`,
    answered: visitors.answered - before.answered,
    failed: all[0].filter((failure) => !wasLost(failure)),
    brokenSockets: all[1].filter((failure) => !wasLost(failure)),
    toldToGo: visitors.toldToGo - before.toldToGo,
    lost: all.flat().filter(wasLost).length,
  };
  stage.say(render(played));
  return played;
}

async function redeploy({ berth, images }: Scene, turn: number): Promise<void> {
  await berth.client.deploy(APP, describeApp(images[(turn + 1) % 2]));
}

/**
 * By the engine, as when it runs out of memory; resolves to when that was, once the app has all its instances again. Each
 * is killed once only: one that ends again and again is started later and later.
 */
async function killInstance(scene: Scene, turn: number): Promise<Kill> {
  const { stage, berth } = scene;
  if (turn === 0) await berth.client.scale(APP, KILLED_REPLICAS);
  else if (turn % KILLED_REPLICAS === 0) await redeploy(scene, turn / KILLED_REPLICAS);
  const labels = [`berth.site=${berth.daemon.site}`, `berth.app=${APP}`];
  const filters = encodeURIComponent(JSON.stringify({ label: labels }));
  const list = () => stage.bare.ask<readonly { readonly Id: string }[]>('GET', `/containers/json?filters=${filters}`);
  const isWhole = async () => (await list()).length === KILLED_REPLICAS;
  await waitFor(isWhole, { deadlineMs: REST_MS, what: 'all instances and no others' });
  const victim = (await list())[turn % KILLED_REPLICAS]?.Id ?? '';
  const ended = stage.bare.ask('POST', `/containers/${victim}/wait`);
  const askedMs = performance.now();
  await stage.bare.ask('POST', `/containers/${victim}/kill`);
  await ended;
  const deadMs = await readDeath(stage, victim);
  await waitFor(isWhole, { deadlineMs: REST_MS, what: 'an instance in the place of the killed one' });
  await waitForRest(berth);
  return { askedMs, deadMs };
}

/** By the engine's own clock, which is this machine's: a request that came before may have been under way to the instance. */
async function readDeath({ bare }: Stage, id: string): Promise<number> {
  const { State } = await bare.ask<{ readonly State: { readonly FinishedAt: string } }>(
    'GET',
    `/containers/${id}/json`,
  );
  return Date.parse(State.FinishedAt) - performance.timeOrigin;
}

/** At another moment of the redeploy each time; what was begun is brought to its end by the next daemon. */
async function crash({ berth, images }: Scene, turn: number): Promise<void> {
  await berth.client.beginDeploy(APP, describeApp(images[turn % 2]));
  await delay(turn * 150);
  await berth.daemon.kill9();
  await delay(500);
  await berth.startAgain();
  await waitForRest(berth);
}

/** A daemon with other wishes for the edge puts another one in its place. */
async function replaceEdge({ berth }: Scene, turn: number): Promise<void> {
  const file = join(berth.daemon.dataFolder, 'settings.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { readonly edge: object };
  const edge = { ...settings.edge, trustedProxies: turn % 2 === 0 ? ['192.0.2.1'] : [] };
  const before = await berth.daemon.findEdgePid();
  await berth.daemon.end();
  writeFileSync(file, JSON.stringify({ ...settings, edge }));
  await berth.startAgain();
  await waitForRest(berth);
  if ((await berth.daemon.findEdgePid()) === before) throw new Error('The edge was not replaced.');
}

async function waitForRest({ client }: Berth): Promise<void> {
  const isAtRest = async () => {
    const app = await client.ask<{ readonly operation: string | null; readonly state: string }>(
      'GET',
      `/v1/apps/${APP}`,
    );
    return app.operation === null && app.state === 'running';
  };
  await waitFor(isAtRest, { deadlineMs: REST_MS, what: 'the app at rest' });
}

function render({ title, answered, failed, brokenSockets, toldToGo, lost }: Played): string {
  const requests = `${failed.length} failed, ${answered.toLocaleString('en')} answered`;
  const sockets = `${brokenSockets.length} WebSockets broken, ${toldToGo} told to go`;
  return `${title}: ${requests}; ${sockets}${lost === 0 ? '' : `; ${lost} were under way to what was killed`}`;
}

function describe(played: readonly Played[]): Finding[] {
  const happened = played.map(({ title }) => title).join(', ');
  const figures = played.map((chapter) => `\n      ${render(chapter)}`).join('');
  const failed = played.flatMap((chapter) => chapter.failed);
  const broken = played.flatMap(({ brokenSockets }) => brokenSockets);
  const answered = played.reduce((sum, chapter) => sum + chapter.answered, 0);
  const told = played.reduce((sum, { toldToGo }) => sum + toldToGo, 0);
  return [
    {
      what: `failed requests under load: ${happened}`,
      ours: String(failed.length),
      beside: `${answered.toLocaleString('en')} that were answered`,
      figures: `${figures}${listWords(failed)}`,
      ratio: `${failed.length} of ${(answered + failed.length).toLocaleString('en')}`,
      marks: [{ wanted: '0', met: failed.length === 0 }],
    },
    {
      what: 'WebSockets that ended without a close frame meanwhile',
      ours: String(broken.length),
      beside: `${told} that were told to go with their instance`,
      figures: `${broken.length} broken, ${told} told to go${listWords(broken)}`,
      ratio: String(broken.length),
      marks: [{ wanted: '0', met: broken.length === 0 }],
    },
  ];
}

function listWords(failures: readonly Failure[]): string {
  return failures
    .slice(0, LONGEST_FAILURE_LIST)
    .map(({ words }) => `\n      ${words}`)
    .join('');
}

if (import.meta.main) await present([redeployLoad], { rounds: 1 });
