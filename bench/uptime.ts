import { CHANGES, MONTH_APPS, raceMonth } from './race/month-race.ts';
import { type Benchmark, present } from './stage/benchmark.ts';
import { startMemoryBerth } from './stage/memory-berth.ts';
import { writeMonth } from './stage/uptime-month.ts';

/** What a month of one app's uptime costs over HTTP, beside the same month as a log with one sample a minute. */
export const uptime: Benchmark = {
  name: 'uptime',
  async run(stage) {
    const berth = await startMemoryBerth((folder) => writeMonth(folder, MONTH_APPS));
    const ask = (path: string) => () => berth.client.ask('GET', `/v1/apps/${path}`);
    try {
      return await raceMonth(stage, [
        { what: `a month of an app with ${CHANGES.usual} changes`, ask: ask('usual/uptime?since=30d') },
        { what: 'the same, day by day', ask: ask('usual/uptime?since=30d&step=1d') },
        { what: 'the same, with its 3 instances', ask: ask('usual/uptime?since=30d&instances=true') },
        {
          what: `a month of an app with ${CHANGES.bad.toLocaleString('en')} changes`,
          ask: ask('bad/uptime?since=30d'),
        },
        { what: 'the same, day by day', ask: ask('bad/uptime?since=30d&step=1d') },
      ]);
    } finally {
      await berth.stop();
    }
  },
};

if (import.meta.main) await present([uptime], { rounds: 5 });
