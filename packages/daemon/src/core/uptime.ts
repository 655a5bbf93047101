import type { UptimeState } from '@berth/spec/uptime';

/** From `at` (epoch milliseconds) on it is `state`. */
export interface UptimeMark {
  readonly at: number;
  readonly state: UptimeState;
}

/** Marks in the order of time. In columns: a bad month has tens of thousands of them. Before the first all is unknown. */
export interface Timeline {
  readonly times: readonly number[];
  readonly states: readonly UptimeState[];
}

/** From `since` to before `until`, epoch milliseconds. */
export interface Window {
  readonly since: number;
  readonly until: number;
}

/** A time in which nothing changed. */
export interface UptimeSpan extends Window {
  readonly state: UptimeState;
}

export const emptyTimeline: Timeline = { times: [], states: [] };

/** The marks take the place of all that was recorded from the first of them on. */
export function amendTimeline(timeline: Timeline, marks: readonly UptimeMark[]): Timeline {
  const [first] = marks;
  if (first === undefined) return timeline;
  const kept = countBefore(timeline.times, first.at);
  return {
    times: [...timeline.times.slice(0, kept), ...marks.map(({ at }) => at)],
    states: [...timeline.states.slice(0, kept), ...marks.map(({ state }) => state)],
  };
}

/** What a record may say of a time in which nobody watched: nothing. `watch` is the record of the watching itself. */
export function hideUnwatched(timeline: Timeline, watch: Timeline): Timeline {
  if (!watch.states.includes('unknown')) return timeline;
  const hidden = { times: [] as number[], states: [] as UptimeState[] };
  let [mark, seen] = [0, 0];
  let isWatched = true;
  let state: UptimeState = 'unknown';
  while (mark < timeline.times.length || seen < watch.times.length) {
    const at = Math.min(timeline.times[mark] ?? Infinity, watch.times[seen] ?? Infinity);
    for (; timeline.times[mark] === at; mark += 1) state = timeline.states[mark] ?? 'unknown';
    for (; watch.times[seen] === at; seen += 1) isWatched = watch.states[seen] !== 'unknown';
    hidden.times.push(at);
    hidden.states.push(isWatched ? state : 'unknown');
  }
  return hidden;
}

/** Calls back with each piece of the window in order: they touch, and none is empty. Neighbours may have one state. */
export function walk(
  { times, states }: Timeline,
  { since, until }: Window,
  visit: (since: number, until: number, state: UptimeState) => void,
): void {
  let index = countBefore(times, since + 1);
  let from = since;
  let state = states[index - 1] ?? 'unknown';
  for (; from < until; index += 1) {
    const to = Math.min(until, times[index] ?? until);
    if (to > from) visit(from, to, state);
    from = Math.max(from, to);
    state = states[index] ?? state;
  }
}

/** The window in as few spans as it takes, without a gap. */
export function listSpans(timeline: Timeline, window: Window): UptimeSpan[] {
  const spans: { since: number; until: number; state: UptimeState }[] = [];
  walk(timeline, window, (since, until, state) => {
    const last = spans.at(-1);
    if (last?.state === state) last.until = until;
    else spans.push({ since, until, state });
  });
  return spans;
}

/** How many of the ascending `times` lie before `limit`. */
function countBefore(times: readonly number[], limit: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? limit) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
