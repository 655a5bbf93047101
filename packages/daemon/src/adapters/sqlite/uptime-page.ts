import type { UptimeState } from '@berth/spec/uptime';
import type { Timeline, UptimeMark } from '../../core/uptime.ts';

const dayMs = 86_400_000;

/** The place of a state is its number in the pages: never move or reuse one. */
const stateNumbers: readonly UptimeState[] = [
  'unknown',
  'running',
  'starting',
  'down',
  'paused',
  'stopped',
  'completed',
];

/** Of one mark: four bytes of milliseconds since the day began, the lowest first, and one of its state. */
const markBytes = 5;

export function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}

/** The page of a day; every mark must lie in it. */
export function renderPage(day: number, marks: readonly UptimeMark[]): Uint8Array {
  const page = new Uint8Array(marks.length * markBytes);
  const view = new DataView(page.buffer);
  for (const [index, { at, state }] of marks.entries()) {
    view.setUint32(index * markBytes, at - day * dayMs, true);
    view.setUint8(index * markBytes + 4, stateNumbers.indexOf(state));
  }
  return page;
}

interface Page {
  readonly day: number;
  readonly marks: Uint8Array;
}

/** The marks of pages in the order of their days. A number that is no state's, as of a newer Berth, is unknown. */
export function parsePages(pages: readonly Page[]): Timeline {
  const times: number[] = [];
  const states: UptimeState[] = [];
  for (const { day, marks } of pages) {
    const view = new DataView(marks.buffer, marks.byteOffset, marks.byteLength);
    const begin = day * dayMs;
    for (let at = 0; at < marks.length; at += markBytes) {
      times.push(begin + view.getUint32(at, true));
      states.push(stateNumbers[view.getUint8(at + 4)] ?? 'unknown');
    }
  }
  return { times, states };
}

/** The first part of a page: the marks before a time of its day. */
export function cutPage({ day, marks }: Page, at: number): Uint8Array {
  const view = new DataView(marks.buffer, marks.byteOffset, marks.byteLength);
  let length = marks.length;
  while (length > 0 && view.getUint32(length - markBytes, true) >= at - day * dayMs) length -= markBytes;
  return marks.subarray(0, length);
}

export function marksOf({ times, states }: Timeline): UptimeMark[] {
  return times.map((at, index) => ({ at, state: states[index] ?? 'unknown' }));
}
