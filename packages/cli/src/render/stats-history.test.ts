import type { StatsHistory } from '@berth/spec/stats';
import { expect, test } from 'vitest';
import { plainPaint } from '../output/paint.ts';
import { renderSparkline } from './sparkline.ts';
import { renderStatsHistory } from './stats-history.ts';

const begin = Date.parse('2026-11-20T12:00:00Z');

test.each<[string, [seconds: number, value: number][]]>([
  [
    '▁▅█',
    [
      [0, 0],
      [10, 50],
      [20, 100],
    ],
  ],
  [
    '█ ▅',
    [
      [5, 8],
      [29, 4],
    ],
  ],
  ['   ', []],
  [
    '▁▁▁',
    [
      [0, 0],
      [10, 0],
      [20, 0],
    ],
  ],
  [
    '█ ▁',
    [
      [0, 1],
      [1, 3],
      [30, 0],
    ],
  ],
])('values are drawn as %s', (line, values) => {
  const timed = values.map(([seconds, value]) => ({ at: seconds * 1000, value }));
  const drawn = renderSparkline(timed, { since: 0, until: 30_000, width: 3 });
  expect(drawn).toBe(line);
});

const output = { paint: plainPaint, tableStyle: { paint: plainPaint } } as Parameters<typeof renderStatsHistory>[1];
const history: StatsHistory = {
  app: 'shop',
  instance: null,
  kept: true,
  since: '2026-11-20T12:00:00.000Z',
  until: '2026-11-20T12:00:40.000Z',
  stepSeconds: 10,
  points: [0, 10, 30].map((seconds) => ({
    at: new Date(begin + seconds * 1000).toISOString(),
    cpuPercent: seconds,
    memoryBytes: 1 << 20,
    networkInBytes: 10_240,
    networkOutBytes: 0,
    blockReadBytes: 0,
    blockWriteBytes: 0,
    pids: 2,
  })),
  instances: [],
};

test('a history is a line of bars for each thing that is used', () => {
  const lines = renderStatsHistory(history, output).split('\n');
  expect(lines.slice(0, 2)).toEqual(['shop', '2026-11-20T12:00:00.000Z to 2026-11-20T12:00:40.000Z, in steps of 10 s']);
  expect(lines.find((line) => line.startsWith('CPU'))).toMatch(/^CPU +▁▃ █ +30\.0 % +13\.3 % +30\.0 %$/);
  expect(lines.find((line) => line.startsWith('NET IN'))).toMatch(/^NET IN +██ █ +1 KiB\/s/);
});

test('of a time of which nothing is known, it says so', () => {
  expect(renderStatsHistory({ ...history, points: [], instance: 'abcdefabcdefabcdef' }, output)).toMatch(
    /^shop abcdefabcdef\n.*\nNothing is known of that time\.$/,
  );
});
