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
  /** What the marks say of these times, in order, does not count: they are unknown. */
  readonly hidden?: readonly Window[];
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
  const hidden: Window[] = [];
  for (const [index, since] of watch.times.entries())
    if (watch.states[index] === 'unknown') hidden.push({ since, until: watch.times[index + 1] ?? Infinity });
  return { ...timeline, hidden };
}

/** True ends the walk. */
type Visit = (since: number, until: number, state: UptimeState) => boolean;

/** Calls back with each piece of the window in order: they touch, and none is empty. Neighbours may have one state. */
export function walk(timeline: Timeline, { since, until }: Window, visit: Visit): void {
  let from = since;
  for (const gap of timeline.hidden ?? []) {
    if (gap.until <= from) continue;
    if (gap.since >= until) break;
    const begin = Math.max(from, gap.since);
    if (walkMarks(timeline, { since: from, until: begin }, visit)) return;
    from = Math.min(gap.until, until);
    if (from > begin && visit(begin, from, 'unknown')) return;
  }
  walkMarks(timeline, { since: from, until }, visit);
}

function walkMarks({ times, states }: Timeline, { since, until }: Window, visit: Visit): boolean {
  let index = countBefore(times, since + 1);
  let from = since;
  let state = states[index - 1] ?? 'unknown';
  for (; from < until; index += 1) {
    const to = Math.min(until, times[index] ?? until);
    if (to > from && visit(from, to, state)) return true;
    from = Math.max(from, to);
    state = states[index] ?? state;
  }
  return false;
}

/** The window in as few spans as it takes, without a gap; of more than `most`, the first. */
export function listSpans(timeline: Timeline, window: Window, most = Infinity): UptimeSpan[] {
  const spans: { since: number; until: number; state: UptimeState }[] = [];
  walk(timeline, window, (since, until, state) => {
    const last = spans.at(-1);
    if (last?.state !== state && spans.length >= most) return true;
    if (last?.state === state) last.until = until;
    else spans.push({ since, until, state });
    return false;
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
