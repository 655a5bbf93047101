import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, type Finding, limit } from '../measure/finding.ts';
import { summarize } from '../measure/summary.ts';
import { takeTurns, timeMs } from '../measure/turn.ts';
import type { Stage } from '../stage/stage.ts';
import { MONTH_DAYS, type PastApp } from '../stage/uptime-month.ts';

const MARK_MS = 5;
const ASKS = 40;
const SAMPLES = MONTH_DAYS * 24 * 60;
/** How often the apps changed in their month. */
export const CHANGES = { usual: 300, bad: 50_000 } as const;
/** Those apps, by these names. */
export const MONTH_APPS: readonly PastApp[] = Object.entries(CHANGES).map(([name, changes]) => ({ name, changes }));

/** A question about a month of one app's uptime. */
export interface MonthQuestion {
  readonly what: string;
  readonly ask: () => Promise<unknown>;
}

/** What the answers cost, beside the same month as a log with one sample a minute. */
export async function raceMonth(stage: Stage, questions: readonly MonthQuestion[]): Promise<Finding[]> {
  const log = join(tmpdir(), `berth-bench-uptime-${process.pid}.log`);
  try {
    await writeSamples(log);
    return await measure(stage, questions, log);
  } finally {
    await rm(log, { force: true });
  }
}

async function measure(stage: Stage, questions: readonly MonthQuestion[], log: string): Promise<Finding[]> {
  const contestants: Readonly<Record<string, () => Promise<number>>> = {
    ...Object.fromEntries(questions.map(({ ask }, index) => [`question ${index}`, () => average(ask)])),
    samples: () => average(() => readSamples(log)),
  };
  const { samples = [], ...ours } = await takeTurns(contestants, stage);
  return questions.map(({ what }, index) => describe(what, ours[`question ${index}`] ?? [], samples));
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
