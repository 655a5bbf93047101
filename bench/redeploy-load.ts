import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../test/harness/deadline.ts';
import { startVisitors, type Visitors } from './load/visitors.ts';
import type { Finding } from './measure/finding.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import type { Berth, Stage } from './stage/stage.ts';

const APP = 'busy';
const REDEPLOYS = 20;
const SCALES = 20;
const KILLS = 5;
const LONGEST_FAILURE_LIST = 10;

/** Failed requests of constant load on one app, while all happens to it that is promised to cost none. */
export const redeployLoad: Benchmark = {
  name: 'redeploy-load',
  async run(stage) {
    const images = [await stage.prepareImage('node', 1), await stage.prepareImage('node', 2)] as const;
    const berth = await stage.startBerth();
    try {
      await berth.client.deploy(APP, { image: images[0] });
      const visitors = startVisitors(berth.daemon.edgePort, `${APP}.localhost`);
      const chapters = await playAll({ stage, berth, images, visitors });
      await visitors.stop();
      return [describe(chapters, visitors)];
    } finally {
      await berth.stop();
    }
  },
};

interface Scene {
  readonly stage: Stage;
  readonly berth: Berth;
  readonly images: readonly [string, string];
  readonly visitors: Visitors;
}

async function playAll(scene: Scene): Promise<string[]> {
  const { berth } = scene;
  const redeploy = (turn: number) => berth.client.deploy(APP, { image: scene.images[(turn + 1) % 2] });
  const scale = (turn: number) => berth.client.scale(APP, turn % 2 === 0 ? 3 : 1);
  return [
    await play(scene, { title: 'redeploys', times: REDEPLOYS, act: redeploy }),
    await play(scene, { title: 'scale changes', times: SCALES, act: scale }),
    await play(scene, {
      title: 'kill -9 of the daemon amid a redeploy',
      times: KILLS,
      act: (turn) => crash(scene, turn),
    }),
  ];
}

interface Chapter {
  readonly title: string;
  readonly times: number;
  readonly act: (turn: number) => Promise<void>;
}

/** What is to be said of one chapter. */
async function play({ stage, visitors }: Scene, { title, times, act }: Chapter): Promise<string> {
  const before = { answered: visitors.answered, failed: visitors.failures.length };
  for (let turn = 0; turn < times; turn += 1) await act(turn);
  const answered = (visitors.answered - before.answered).toLocaleString('en');
  const line = `${times} ${title}: ${visitors.failures.length - before.failed} failed, ${answered} answered`;
  stage.say(line);
  return line;
}

/** At another moment of the redeploy each time; what was begun is brought to its end by the next daemon. */
async function crash({ berth, images }: Scene, turn: number): Promise<void> {
  await berth.client.beginDeploy(APP, { image: images[turn % 2] ?? images[0] });
  await delay(turn * 150);
  await berth.daemon.kill9();
  await delay(500);
  await berth.startAgain();
  const isAtRest = async () => {
    const app = await berth.client.ask<{ readonly operation: string | null; readonly state: string }>(
      'GET',
      `/v1/apps/${APP}`,
    );
    return app.operation === null && app.state === 'running';
  };
  await waitFor(isAtRest, { deadlineMs: 60_000, what: 'the redeploy that the crash interrupted' });
}

function describe(chapters: readonly string[], { answered, failures }: Visitors): Finding {
  const shown = failures.slice(0, LONGEST_FAILURE_LIST).map((failure) => `\n      ${failure}`);
  return {
    what: `failed requests: ${REDEPLOYS} redeploys, ${SCALES} scale changes, ${KILLS} × kill -9 of the daemon, under load`,
    ours: String(failures.length),
    beside: `${answered.toLocaleString('en')} that were answered`,
    figures: `${chapters.join('; ')}${shown.join('')}`,
    ratio: `${failures.length} of ${(answered + failures.length).toLocaleString('en')}`,
    mark: { wanted: '0', met: failures.length === 0 },
  };
}

if (import.meta.main) await present([redeployLoad], { rounds: 1 });
