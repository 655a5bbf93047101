import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard } from '../../test/harness/guardian.ts';
import { CHANGES, MONTH_APPS, raceMonth } from '../race/month-race.ts';
import { type Benchmark, present } from '../stage/benchmark.ts';
import type { Berth, Stage } from '../stage/stage.ts';
import { writeMonth } from '../stage/uptime-month.ts';

/** What `src` takes to sum up a month of one app, beside the same month as a log with one sample a minute. */
export const dialectUptime: Benchmark = {
  name: 'dialects:uptime',
  async run(stage) {
    const dataFolder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
    guard({ kind: 'folder', path: dataFolder });
    await writeMonth(dataFolder, MONTH_APPS);
    const berth = await stage.startBerth({
      dataFolder,
      settings: { dialects: { src: { prefix: '/src', open: true } } },
    });
    try {
      return await measure(stage, berth);
    } finally {
      await berth.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    }
  },
};

async function measure(stage: Stage, { client }: Berth) {
  const ask = (name: string) => async () => {
    const path = `/src/demo/get-uptime-summary?name=${name}&duration=month`;
    const summary = await client.ask<Readonly<Record<string, boolean>>>('GET', path);
    if (!Object.values(summary).includes(true)) throw new Error(`${name} was not told to have run.`);
  };
  return raceMonth(stage, [
    { what: `src: uptime summary of a month with ${CHANGES.usual} changes`, ask: ask('usual') },
    { what: `the same with ${CHANGES.bad.toLocaleString('en')} changes`, ask: ask('bad') },
  ]);
}

if (import.meta.main) await present([dialectUptime], { rounds: 5 });
