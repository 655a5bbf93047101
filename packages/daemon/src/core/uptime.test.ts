import { UptimeState } from '@berth/spec/uptime';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amendTimeline, hideUnwatched, listSpans, type Timeline, type UptimeMark, type Window } from './uptime.ts';
import { rollUp } from './uptime-roll-up.ts';
import { addTotals, availability, noTotals, splitUptime, sumUptime, type UptimeTotals } from './uptime-total.ts';

const hour = 3_600_000;
const state = fc.constantFrom(...UptimeState.options);
const time = fc.integer({ min: 0, max: 30 * hour });
const marks: fc.Arbitrary<UptimeMark[]> = fc
  .array(fc.record({ at: time, state }), { maxLength: 60 })
  .map((list) => list.toSorted((one, other) => one.at - other.at));
const timeline = marks.map(timelineOf);
const window: fc.Arbitrary<Window> = fc
  .tuple(fc.integer({ min: -2 * hour, max: 32 * hour }), fc.integer({ min: 0, max: 20 * hour }))
  .map(([since, lengthMs]) => ({ since, until: since + lengthMs }));

const grid = fc.record({ gridMs: time, stepMs: fc.integer({ min: 60_000, max: hour }) });

function timelineOf(list: readonly UptimeMark[]): Timeline {
  return { times: list.map(({ at }) => at), states: list.map((mark) => mark.state) };
}

function stateAt(recorded: Timeline, at: number): UptimeState {
  return recorded.states[recorded.times.findLastIndex((one) => one <= at)] ?? 'unknown';
}

describe('what is asked for', () => {
  test('is told without a gap, and each time once', () => {
    fc.assert(
      fc.property(timeline, window, (recorded, asked) => {
        const spans = listSpans(recorded, asked);
        expect(spans.map(({ since }) => since)).toEqual(
          spans.length === 0 ? [] : [asked.since, ...spans.slice(0, -1).map(({ until }) => until)],
        );
        expect(spans.at(-1)?.until ?? asked.since).toBe(asked.until);
        for (const span of spans) expect(span.until).toBeGreaterThan(span.since);
      }),
    );
  });

  test('is told in as few spans as it takes, each as it was recorded', () => {
    fc.assert(
      fc.property(timeline, window, (recorded, asked) => {
        const spans = listSpans(recorded, asked);
        expect(listSpans(recorded, asked, 3)).toEqual(spans.slice(0, 3));
        for (const [index, span] of spans.entries()) {
          expect(span.state).not.toBe(spans[index + 1]?.state);
          expect(span.state).toBe(stateAt(recorded, span.since));
          expect(span.state).toBe(stateAt(recorded, span.until - 1));
        }
      }),
    );
  });

  test('comes to its own length, and to the same in parts as in one', () => {
    fc.assert(
      fc.property(timeline, window, grid, (recorded, asked, { gridMs, stepMs }) => {
        const whole = sumUptime(recorded, asked);
        expect(Object.values(whole).reduce((sum, ms) => sum + ms, 0)).toBe(asked.until - asked.since);
        const parts = splitUptime(recorded, asked, { gridMs, stepMs });
        expect(addTotals(parts)).toEqual(whole);
        for (const part of parts) expect(part.totals).toEqual(sumUptime(recorded, part));
        for (const { since } of parts.slice(1)) expect(Math.abs((since - gridMs) % stepMs)).toBe(0);
      }),
    );
  });
});

describe('a record', () => {
  test('is unknown before its first mark, and as its last one from then on', () => {
    const recorded = timelineOf([{ at: 5, state: 'running' }]);
    expect(listSpans(recorded, { since: 0, until: 9 })).toEqual([
      { since: 0, until: 5, state: 'unknown' },
      { since: 5, until: 9, state: 'running' },
    ]);
  });

  test('keeps what was before a correction, and says what the correction says from then on', () => {
    fc.assert(
      fc.property(marks, marks, time, (before, correction, at) => {
        const amended = amendTimeline(timelineOf(before), correction);
        const cut = correction[0]?.at ?? Infinity;
        expect(stateAt(amended, at)).toBe(stateAt(timelineOf(at < cut ? before : correction), at));
        expect(amended.times).toEqual(amended.times.toSorted((one, other) => one - other));
      }),
    );
  });

  test('is the same when it is corrected twice', () => {
    fc.assert(
      fc.property(timeline, marks, (recorded, correction) => {
        const once = amendTimeline(recorded, correction);
        expect(amendTimeline(once, correction)).toEqual(once);
      }),
    );
  });

  test('says nothing of the time in which nobody watched, and all it has of the rest', () => {
    fc.assert(
      fc.property(timeline, timeline, time, (recorded, watch, at) => {
        const watched = watch.times.some((one) => one <= at) ? stateAt(watch, at) !== 'unknown' : true;
        const [span] = listSpans(hideUnwatched(recorded, watch), { since: at, until: at + 1 });
        expect(span?.state).toBe(watched ? stateAt(recorded, at) : 'unknown');
      }),
    );
  });
});

describe('a rolled-up record', () => {
  const wholeHours = fc
    .tuple(fc.integer({ min: -1, max: 20 }), fc.integer({ min: 0, max: 12 }))
    .map(([from, count]) => ({ since: from * hour, until: (from + count) * hour }));

  test('comes to the same over whole hours', () => {
    fc.assert(
      fc.property(timeline, wholeHours, (recorded, asked) => {
        expect(sumUptime(rollUp(recorded, hour), asked)).toEqual(sumUptime(recorded, asked));
      }),
    );
  });

  test('holds at most one stretch of a state an hour, and does not change when it is rolled up again', () => {
    fc.assert(
      fc.property(timeline, (recorded) => {
        const rolled = rollUp(recorded, hour);
        const cells = rolled.times.map((at, index) => `${Math.floor(at / hour)} ${rolled.states[index]}`);
        expect(new Set(cells).size).toBe(cells.length);
        expect(rollUp(rolled, hour)).toEqual(rolled);
      }),
    );
  });
});

describe('availability', () => {
  test.each<[Partial<UptimeTotals>, number | null]>([
    [{ running: 1000 }, 100],
    [{ down: 5 }, 0],
    [{ running: 999, stopped: 1 }, 99.9],
    [{ running: 2_678_399_999, down: 1 }, 99.9999],
    [{ running: 1000, unknown: 9_000 }, 100],
    [{ unknown: 1000 }, null],
    [{}, null],
  ])('of %j is %s per cent of what is known', (totals, per) => {
    expect(availability({ ...noTotals(), ...totals })).toBe(per);
  });
});
