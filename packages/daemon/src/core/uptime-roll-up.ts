import type { UptimeState } from '@berth/spec/uptime';
import { type Timeline, walk } from './uptime.ts';

/**
 * Leaves of each cell of `grainMs` at most one stretch a state, the last state last. What whole cells come to stays to the
 * millisecond; when within its cell something was does not.
 */
export function rollUp(timeline: Timeline, grainMs: number): Timeline {
  const rolled = { times: [] as number[], states: [] as UptimeState[] };
  const { times } = timeline;
  for (let index = 0; index < times.length; ) {
    const since = times[index] ?? 0;
    const until = (Math.floor(since / grainMs) + 1) * grainMs;
    rollCell(timeline, { since, until }, rolled);
    while ((times[index] ?? Infinity) < until) index += 1;
  }
  return rolled;
}

/** From the first mark of the cell on: what was before it belongs to a mark of an earlier cell. */
function rollCell(
  timeline: Timeline,
  { since, until }: { since: number; until: number },
  rolled: { times: number[]; states: UptimeState[] },
): void {
  const lengths = new Map<UptimeState, number>();
  let last: UptimeState = 'unknown';
  walk(timeline, { since, until }, (from, to, state) => {
    lengths.set(state, (lengths.get(state) ?? 0) + to - from);
    last = state;
    return false;
  });
  const lastMs = lengths.get(last) ?? 0;
  lengths.delete(last);
  let at = since;
  for (const [state, ms] of [...lengths, [last, lastMs] as const]) {
    rolled.times.push(at);
    rolled.states.push(state);
    at += ms;
  }
}
