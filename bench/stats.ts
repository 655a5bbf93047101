import { setTimeout as delay } from 'node:timers/promises';
import { callEngine } from '../scripts/engine-call.ts';
import { waitFor } from '../test/harness/deadline.ts';
import { compare, type Finding, limit } from './measure/finding.ts';
import { readThreadCpuMs } from './measure/process-cost.ts';
import { renderSummary, summarize } from './measure/summary.ts';
import { takeTurns, timeMs } from './measure/turn.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { type Berth, deployMany, type Stage } from './stage/stage.ts';

const APPS = 20;
const MARK_MS = 2;
const ASKS = 40;
/** By then Berth has closed the streams that a reader had it open. */
const FORGOTTEN_MS = 7_000;
const PATH = '/src/demo/get-app-stats';

/** What it costs to be told what twenty apps use, beside what `docker stats --no-stream` asks of the engine. */
export const stats: Benchmark = {
  name: 'stats',
  async run(stage) {
    const image = await stage.prepareImage('web');
    const berth = await stage.startBerth({ settings: { dialects: { src: { prefix: '/src', open: true } } } });
    try {
      await deployMany(berth, APPS, { image });
      stage.say('the apps serve; the history is begun');
      await waitFor(() => isMeasured(berth), { deadlineMs: 60_000, what: 'every app to be measured' });
      return await measure(stage, berth);
    } finally {
      await berth.stop();
    }
  },
};

interface Line {
  readonly PIDs: string;
}

async function isMeasured({ client }: Berth): Promise<boolean> {
  const answers = await Promise.all(
    Array.from({ length: APPS }, (_, index) =>
      client.ask<{ readonly points: readonly unknown[] }>(
        'GET',
        `/v1/apps/app-${String(index).padStart(4, '0')}/stats/history`,
      ),
    ),
  );
  return answers.every(({ points }) => points.length > 0);
}

async function measure(stage: Stage, { client, daemon }: Berth): Promise<Finding[]> {
  const { socket } = stage.engine;
  const { text } = await callEngine(socket, 'GET /containers/json');
  const ids = (JSON.parse(text) as readonly { readonly Id: string }[]).map(({ Id }) => Id);
  const ask = async (): Promise<void> => {
    const lines = await client.ask<readonly Line[]>('GET', PATH);
    if (lines.length !== APPS || lines.some(({ PIDs }) => PIDs === '0')) throw new Error('Some apps were not told of.');
  };
  const cpuMs: number[] = [];
  const { engine, ...ours } = await takeTurns(
    {
      first: async () => {
        await delay(FORGOTTEN_MS);
        return timeMs(ask);
      },
      again: async () => {
        await ask();
        const before = readThreadCpuMs(daemon.pid);
        const whole = await timeMs(async () => {
          for (let count = 0; count < ASKS; count += 1) await ask();
        });
        cpuMs.push((readThreadCpuMs(daemon.pid) - before) / ASKS);
        return whole / ASKS;
      },
      engine: () =>
        timeMs(() => Promise.all(ids.map((id) => callEngine(socket, `GET /containers/${id}/stats?stream=false`)))),
    },
    stage,
  );
  stage.say(`of the daemon’s CPU, ${renderSummary(summarize(cpuMs), 'ms')} each time`);
  return [
    report(`what ${APPS} apps use, asked for again and again`, ours.again, engine),
    report('the same, the first who asks', ours.first, engine),
  ];
}

function report(what: string, ours: readonly number[], samples: readonly number[]): Finding {
  const theirs = { name: `the engine’s calls of \`docker stats --no-stream\`, side by side`, samples };
  const finding = compare({ what, ours: { name: 'Berth', samples: ours }, theirs, unit: 'ms' });
  return { ...finding, marks: [limit(summarize(ours), { atMost: MARK_MS, unit: 'ms' })] };
}

if (import.meta.main) await present([stats], { rounds: 5 });
