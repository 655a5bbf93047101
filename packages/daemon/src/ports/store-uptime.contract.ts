import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '../core/change.ts';
import { amendTimeline, emptyTimeline, listSpans, type UptimeMark } from '../core/uptime.ts';
import type { InstanceRecord, UptimeRecord } from '../core/uptime-record.ts';
import { sumUptime } from '../core/uptime-total.ts';
import type { Store } from './store.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Not the beginning of a day. */
const begin = 20_000 * day + 7 * hour;
const always = { since: 0, until: begin + 1000 * day };
const nothing = {
  eventsBeforeMs: 0,
  operationsBeforeMs: 0,
  answersBeforeMs: 0,
  releasesPerApp: 9,
  uptimeBeforeMs: 0,
  uptimeExactBeforeMs: 0,
};

const states = ['running', 'starting', 'down', 'paused', 'stopped', 'completed', 'unknown'] as const;
const anyMarks: fc.Arbitrary<UptimeMark[]> = fc
  .array(fc.record({ at: fc.integer({ min: begin, max: begin + 4 * day }), state: fc.constantFrom(...states) }), {
    maxLength: 12,
  })
  .map((list) => list.toSorted((one, other) => one.at - other.at));

const app: UptimeRecord = {
  kind: 'app',
  id: 'a',
  name: 'shop',
  owner: 'ada',
  engine: 'local',
  begunAt: begin,
  endedAt: null,
  last: null,
};

function instance(id: string, begunAt: number, endedAt: number | null = null): InstanceRecord {
  return { kind: 'instance', id, appId: 'a', engine: 'local', release: 1, slot: 0, begunAt, endedAt, last: null };
}

function put(record: UptimeRecord, ...marks: readonly UptimeMark[]): Change {
  return { kind: 'uptime.put', record, marks };
}

/** When what ran is kept, and how it is found again. */
export function describeUptime(get: () => Store, reopen: () => Promise<Store>): void {
  describe('uptime', () => {
    describeTimelines(get);
    describeRecords(get, reopen);
    describeAgeing(get);
  });
}

function describeTimelines(get: () => Store): void {
  test('is as it was written, each write in place of what was from its first mark on', async () => {
    const writes = fc.array(anyMarks, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(writes, fc.uuid(), async (written, id) => {
        let expected = emptyTimeline;
        for (const marks of written) {
          await get().commit([put({ ...app, id }, ...marks)]);
          expected = amendTimeline(expected, marks);
        }
        expect(await get().readTimeline(id, always)).toEqual(expected);
        const window = { since: begin + day / 2, until: begin + 2 * day };
        expect(listSpans(await get().readTimeline(id, window), window)).toEqual(listSpans(expected, window));
      }),
      { numRuns: 25 },
    );
  });

  test('of what was never recorded is empty', async () => {
    expect(await get().readTimeline('nobody', always)).toEqual(emptyTimeline);
    expect(await get().findAppRecord('nobody')).toBeUndefined();
    expect(await get().listInstanceRecords('nobody', always, 9)).toEqual([]);
  });

  test('of a window begins as the last change before it left it, however long ago', async () => {
    await get().commit([put(app, { at: begin, state: 'running' })]);
    const window = { since: begin + 300 * day, until: begin + 301 * day };
    expect(sumUptime(await get().readTimeline('a', window), window).running).toBe(day);
  });
}

function describeRecords(get: () => Store, reopen: () => Promise<Store>): void {
  test('goes on after a restart: the records that have not ended, and until when all was seen', async () => {
    expect(await get().loadUptime()).toEqual({ records: [], seenUntil: null });
    const last = { at: begin, state: 'running' } as const;
    await get().commit([put({ ...app, last }, last), put(instance('gone', begin, begin + 5))]);
    await get().commit([{ kind: 'uptime.seen', at: 7 }]);
    await get().commit([{ kind: 'uptime.seen', at: 5 }]);
    expect(await (await reopen()).loadUptime()).toEqual({ records: [{ ...app, last }], seenUntil: 5 });
  });

  test('of an app outlives it, and is told newest first', async () => {
    await get().commit([put(app), put({ ...app, id: 'b', endedAt: 9 }), put(instance('i', 1))]);
    expect((await get().listAppRecords({ limit: 9 })).map(({ id }) => id)).toEqual(['b', 'a']);
    expect((await get().listAppRecords({ before: 'b', limit: 9 })).map(({ id }) => id)).toEqual(['a']);
    expect((await get().listAppRecords({ limit: 1 })).map(({ id }) => id)).toEqual(['b']);
    await get().commit([{ kind: 'app.remove', id: 'a' }]);
    expect(await get().findAppRecord('a')).toEqual(app);
    expect(await get().findAppRecord('i')).toBeUndefined();
  });

  test('of instances is found by when they were there', async () => {
    await get().commit([put(instance('early', 0, 10)), put(instance('long', 5)), put(instance('late', 20, 30))]);
    const ids = async (since: number, until: number) =>
      (await get().listInstanceRecords('a', { since, until }, 9)).map(({ id }) => id);
    expect(await ids(0, 100)).toEqual(['late', 'long', 'early']);
    expect(await ids(10, 20)).toEqual(['long']);
    expect(await ids(9, 21)).toEqual(['late', 'long', 'early']);
    expect(await ids(0, 5)).toEqual(['early']);
    expect((await get().listInstanceRecords('a', always, 1)).map(({ id }) => id)).toEqual(['late']);
  });
}

function describeAgeing(get: () => Store): void {
  test('is rolled up by the hour before a day, and what hours come to stays', async () => {
    const flapping = Array.from({ length: 600 }, (_, index): UptimeMark => {
      return { at: begin + index * 97_000, state: index % 2 === 0 ? 'running' : 'down' };
    });
    await get().commit([put(app, ...flapping)]);
    const before = await get().readTimeline('a', always);
    await get().prune({ ...nothing, uptimeExactBeforeMs: begin + day });
    const after = await get().readTimeline('a', always);
    expect(after.times.length).toBeLessThan(before.times.length / 2);
    for (let since = begin; since < begin + 20 * hour; since += hour) {
      const window = { since, until: since + hour };
      expect(sumUptime(after, window)).toEqual(sumUptime(before, window));
    }
    const exact = { since: begin + 17 * hour, until: begin + day };
    expect(listSpans(after, exact)).toEqual(listSpans(before, exact));
  });

  test('is dropped with time, but for how the first day that is kept begins', async () => {
    const marks = [0, 1, 2, 9].map(
      (count): UptimeMark => ({ at: begin + count * day, state: states[count % 3] ?? 'down' }),
    );
    await get().commit([put(app, ...marks)]);
    await get().prune({ ...nothing, uptimeBeforeMs: begin + 5 * day });
    expect((await get().readTimeline('a', always)).times).toEqual([begin + 2 * day, begin + 9 * day]);
  });

  test('of what ended is dropped whole, with its record', async () => {
    const ended = Array.from({ length: 50 }, (_, index) => instance(`i${index}`, begin, begin + day));
    await get().commit([
      ...ended.map((record) => put(record, { at: begin, state: 'running' })),
      put(instance('kept', begin, begin + 9 * day), { at: begin, state: 'running' }),
    ]);
    await get().prune({ ...nothing, uptimeBeforeMs: begin + 5 * day });
    expect((await get().listInstanceRecords('a', always, 99)).map(({ id }) => id)).toEqual(['kept']);
    expect(await get().readTimeline('i0', always)).toEqual(emptyTimeline);
  });
}
