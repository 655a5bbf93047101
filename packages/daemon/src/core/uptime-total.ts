import { UptimeState } from '@berth/spec/uptime';
import { type Timeline, walk, type Window } from './uptime.ts';

/** Milliseconds in each state. */
export type UptimeTotals = { [State in UptimeState]: number };

/** A part of a window, and what it comes to. */
export interface UptimePart extends Window {
  readonly totals: UptimeTotals;
}

export function noTotals(): UptimeTotals {
  return { running: 0, starting: 0, down: 0, paused: 0, stopped: 0, completed: 0, unknown: 0 };
}

/** What the window comes to; the totals add up to its length. */
export function sumUptime(timeline: Timeline, window: Window): UptimeTotals {
  const totals = noTotals();
  walk(timeline, window, (since, until, state) => {
    totals[state] += until - since;
    return false;
  });
  return totals;
}

/** The window cut at every `stepMs` from `gridMs` on; the first and the last part may be shorter. */
export function splitUptime(
  timeline: Timeline,
  window: Window,
  { gridMs, stepMs }: { readonly gridMs: number; readonly stepMs: number },
): UptimePart[] {
  const parts = listParts(window, { gridMs, stepMs });
  const first = Math.floor((window.since - gridMs) / stepMs);
  walk(timeline, window, (since, until, state) => {
    for (let from = since; from < until; ) {
      const index = Math.floor((from - gridMs) / stepMs);
      const to = Math.min(until, gridMs + (index + 1) * stepMs);
      const part = parts[index - first];
      if (part !== undefined) part.totals[state] += to - from;
      from = to;
    }
    return false;
  });
  return parts;
}

function listParts({ since, until }: Window, { gridMs, stepMs }: { gridMs: number; stepMs: number }): UptimePart[] {
  const parts: UptimePart[] = [];
  for (let from = since; from < until; ) {
    const to = Math.min(until, gridMs + (Math.floor((from - gridMs) / stepMs) + 1) * stepMs);
    parts.push({ since: from, until: to, totals: noTotals() });
    from = to;
  }
  return parts;
}

/** What several parts come to together. */
export function addTotals(parts: readonly UptimePart[]): UptimeTotals {
  const sum = noTotals();
  for (const { totals } of parts) for (const state of UptimeState.options) sum[state] += totals[state];
  return sum;
}

/** Milliseconds in which it is known that nothing ran. */
export function notRunningMs({ starting, down, paused, stopped, completed }: UptimeTotals): number {
  return starting + down + paused + stopped + completed;
}

/** Per cent of the known time, rounded down to 4 digits: 100 is only what never failed. Null when nothing is known. */
export function availability(totals: UptimeTotals): number | null {
  const known = totals.running + notRunningMs(totals);
  return known === 0 ? null : Math.floor((1_000_000 * totals.running) / known) / 10_000;
}
