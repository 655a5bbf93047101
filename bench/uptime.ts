import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, type Finding, limit } from './measure/finding.ts';
import { summarize } from './measure/summary.ts';
import { takeTurns, timeMs } from './measure/turn.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { type MemoryBerth, startMemoryBerth } from './stage/memory-berth.ts';
import type { Stage } from './stage/stage.ts';
import { MONTH_DAYS, writeMonth } from './stage/uptime-month.ts';

const MARK_MS = 5;
const ASKS = 40;
const CHANGES = { usual: 300, bad: 50_000 } as const;
const SAMPLES = MONTH_DAYS * 24 * 60;

/** What a month of one app's uptime costs over HTTP, beside the same month as a log with one sample a minute. */
export const uptime: Benchmark = {
  name: 'uptime',
  async run(stage) {
    const apps = Object.entries(CHANGES).map(([name, changes]) => ({ name, changes }));
    const berth = await startMemoryBerth((folder) => writeMonth(folder, apps));
    const log = join(tmpdir(), `berth-bench-uptime-${process.pid}.log`);
    try {
      await writeSamples(log);
      return await measure(stage, berth, log);
    } finally {
      await rm(log, { force: true });
      await berth.stop();
    }
  },
};

async function measure(stage: Stage, { client }: MemoryBerth, log: string): Promise<Finding[]> {
  const ask = (path: string) => () => average(() => client.ask('GET', `/v1/apps/${path}`));
  const { samples, ...ours } = await takeTurns(
    {
      usual: ask('usual/uptime?since=30d'),
      days: ask('usual/uptime?since=30d&step=1d'),
      instances: ask('usual/uptime?since=30d&instances=true'),
      bad: ask('bad/uptime?since=30d'),
      badDays: ask('bad/uptime?since=30d&step=1d'),
      samples: () => average(() => readSamples(log)),
    },
    stage,
  );
  const report = (what: string, found: readonly number[]) => describe(what, found, samples);
  return [
    report(`a month of an app with ${CHANGES.usual} changes`, ours.usual),
    report('the same, day by day', ours.days),
    report('the same, with its 3 instances', ours.instances),
    report(`a month of an app with ${CHANGES.bad.toLocaleString('en')} changes`, ours.bad),
    report('the same, day by day', ours.badDays),
  ];
}

async function average(task: () => Promise<unknown>): Promise<number> {
  const whole = await timeMs(async () => {
    for (let count = 0; count < ASKS; count += 1) await task();
  });
  return whole / ASKS;
}

function describe(what: string, ours: readonly number[], samples: readonly number[]): Finding {
  const theirs = { name: `a log of ${SAMPLES.toLocaleString('en')} samples, read and counted`, samples };
  const finding = compare({ what, ours: { name: 'Berth', samples: ours }, theirs, unit: 'ms' });
  return { ...finding, marks: [limit(summarize(ours), { atMost: MARK_MS, unit: 'ms' })] };
}

/** As uptime is kept where it is sampled: a line a minute. */
async function writeSamples(file: string): Promise<void> {
  const begin = Date.now() - SAMPLES * 60_000;
  const lines = Array.from({ length: SAMPLES }, (_, minute) => {
    return `${new Date(begin + minute * 60_000).toISOString()} ${minute % 144 === 0 ? 'exited' : 'running'}\n`;
  });
  await writeFile(file, lines.join(''));
}

async function readSamples(file: string): Promise<number> {
  let running = 0;
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [at = '', state] = line.split(' ');
    if (!Number.isNaN(Date.parse(at)) && state === 'running') running += 1;
  }
  return running;
}

if (import.meta.main) await present([uptime], { rounds: 5 });
