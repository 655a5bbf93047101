import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestSrc, type TestSrc } from './test-src.contract.ts';
import { sample } from './uptime-summary.ts';

const minute = 60_000;
const begin = new Date(2026, 5, 20, 13, 50, 45).getTime();

describe('a summary', () => {
  test('has a sample at each change and at each full ten minutes, by local time', () => {
    const spans = [
      { since: begin, until: begin + 25 * minute, state: 'running' },
      { since: begin + 25 * minute, until: begin + 26 * minute, state: 'paused' },
      { since: begin + 26 * minute, until: begin + 30 * minute, state: 'unknown' },
      { since: begin + 30 * minute, until: begin + 31 * minute, state: 'down' },
    ] as const;
    expect(Object.entries(sample(spans))).toEqual([
      ['2026-06-20T13:50:45', true],
      ['2026-06-20T14:00:00', true],
      ['2026-06-20T14:10:00', true],
      ['2026-06-20T14:15:45', false],
      ['2026-06-20T14:20:45', false],
    ]);
  });

  test('is in order, and never further apart than ten minutes, over a month', () => {
    const keys = Object.keys(sample([{ since: begin, until: begin + 43_200 * minute, state: 'running' }]));
    expect(keys).toEqual(keys.toSorted());
    expect(keys.length).toBeGreaterThanOrEqual(4320);
  });
});

describe('get-uptime-summary', () => {
  let src: TestSrc;
  beforeEach(async () => {
    src = await openTestSrc();
    await src.create('ada');
  });
  afterEach(() => src.close());
  const ask = (query: string) => src.tell(`GET get-uptime-summary?${query}`);

  test('asks for the name before the duration', async () => {
    expect(await ask('duration=day')).toBe('400 No container name provided');
    expect(await ask('name=none&duration=bad')).toBe('400 Unable to find app "none"');
    expect(await ask('name=httpd--ada')).toBe('400 No duration provided');
    for (const duration of ['bad', 'Day', 'days', '30', 'toString'])
      expect(await ask(`name=httpd--ada&duration=${duration}`)).toBe('400 Invalid duration');
  });

  test.each(['hour', 'day', 'week', 'month'])('tells of the last %s whether the app ran', async (duration) => {
    const read = async () =>
      Object.values((await src.call(`GET get-uptime-summary?name=httpd--ada&duration=${duration}`)).body as object).at(
        -1,
      );
    await expect.poll(read).toBe(false);
    await src.call('POST start-app?name=httpd--ada');
    await expect.poll(read).toBe(true);
    await src.call('POST pause-app?name=httpd--ada');
    await expect.poll(read).toBe(false);
  });
});
