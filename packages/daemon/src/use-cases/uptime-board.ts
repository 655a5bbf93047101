import type { Change } from '../core/change.ts';
import { amendTimeline, type Timeline, type UptimeMark, type Window } from '../core/uptime.ts';
import { markTime, recordedApp, type UptimeRecord } from '../core/uptime-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Ledger } from './ledger.ts';

interface Pending {
  readonly record: UptimeRecord;
  readonly marks: readonly UptimeMark[];
}

/** Bursts share a commit, and no deploy waits for it. What a crash takes is then unknown, not wrong. */
const settleMs = 250;
/** Thousands of apps are seen anew at once: other writes get their turn in between. */
const recordsAtATime = 500;

/** What runs since when: the records that go on, and the marks that are on their way to the store. */
export class UptimeBoard {
  readonly #store: Store;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #records = new Map<string, UptimeRecord>();
  readonly #byApp = new Map<string, Set<string>>();
  readonly #pending = new Map<string, Pending>();
  #cancelFlush: (() => void) | null = null;

  constructor({ store, ledger, clock }: { readonly store: Store; readonly ledger: Ledger; readonly clock: Clock }) {
    this.#store = store;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** Takes up the records of an earlier process; until when that one saw, null when there was none. */
  async load(): Promise<number | null> {
    const { records, seenUntil } = await this.#store.loadUptime();
    for (const record of records) this.#keep(record);
    return seenUntil;
  }

  find(recordId: string): UptimeRecord | undefined {
    return this.#records.get(recordId);
  }

  /** The records that have not ended. */
  list(): readonly UptimeRecord[] {
    return [...this.#records.values()];
  }

  /** The app's own record and those of its instances, as far as they have not ended. */
  listOf(appId: string): readonly UptimeRecord[] {
    return [...(this.#byApp.get(appId) ?? [])].flatMap((id) => this.#records.get(id) ?? []);
  }

  /** The same, and those that have ended but are on their way to the store. */
  listKnown(appId: string): readonly UptimeRecord[] {
    const unwritten = [...this.#pending.values()].map(({ record }) => record);
    return [...this.listOf(appId), ...unwritten.filter((record) => recordedApp(record) === appId)];
  }

  /** From `at` on it is `state`. What changes nothing is not written. Of the record, all but `last` is taken over. */
  note(record: UptimeRecord, { at, state }: UptimeMark): void {
    const now = this.#clock.now();
    const last = this.#records.get(record.id)?.last ?? null;
    if (last?.state === state && last.at <= now) return;
    const mark = { at: markTime(at, last, now), state };
    this.#put({ ...record, last: mark }, [mark]);
  }

  /** Adds what is known of the time before the record begins. Nothing that was recorded changes; all is on disk then. */
  async begin(recordId: string, earlier: readonly UptimeMark[]): Promise<void> {
    const [first] = earlier;
    if (first === undefined) return;
    for (;;) {
      const timeline = await this.readTimeline(recordId, { since: 0, until: Number.MAX_SAFE_INTEGER });
      const record = this.#records.get(recordId);
      if (record === undefined || record.begunAt <= first.at) return;
      if (timeline.times.at(-1) !== record.last?.at) continue;
      const known = timeline.times.map((at, index) => ({ at, state: timeline.states[index] ?? 'unknown' }));
      this.#put({ ...record, begunAt: first.at }, [...earlier, ...known]);
      return this.flush();
    }
  }

  /** There will be no more of it. */
  end(recordId: string, at: number): void {
    const record = this.#records.get(recordId);
    if (record === undefined) return;
    this.#put({ ...record, endedAt: markTime(at, record.last, this.#clock.now()) }, []);
    this.#records.delete(recordId);
    const appId = recordedApp(record) ?? '';
    const siblings = this.#byApp.get(appId);
    siblings?.delete(recordId);
    if (siblings?.size === 0) this.#byApp.delete(appId);
  }

  /** Writes what is pending, and that all until now has been seen. What could not be written stays for the next time. */
  async flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    for (let isWhole = false; !isWhole; ) {
      const written = [...this.#pending.values()].slice(0, recordsAtATime);
      isWhole = written.length === this.#pending.size;
      const changes: Change[] = written.map(({ record, marks }) => ({ kind: 'uptime.put', record, marks }));
      if (isWhole) changes.push({ kind: 'uptime.seen', at: this.#clock.now() });
      await this.#ledger.write(() => ({ changes, result: null }));
      for (const one of written) if (this.#pending.get(one.record.id) === one) this.#pending.delete(one.record.id);
    }
  }

  /** What is recorded in the window, whether it is on disk yet or not. */
  async readTimeline(recordId: string, window: Window): Promise<Timeline> {
    const pending = this.#pending.get(recordId);
    return amendTimeline(await this.#store.readTimeline(recordId, window), pending?.marks ?? []);
  }

  #put(record: UptimeRecord, added: readonly UptimeMark[]): void {
    this.#keep(record);
    const before = this.#pending.get(record.id)?.marks ?? [];
    const cut = added[0]?.at ?? Infinity;
    this.#pending.set(record.id, { record, marks: [...before.filter(({ at }) => at < cut), ...added] });
    this.#flushSoon();
  }

  #keep(record: UptimeRecord): void {
    this.#records.set(record.id, record);
    const appId = recordedApp(record);
    if (appId === null) return;
    this.#byApp.set(appId, (this.#byApp.get(appId) ?? new Set()).add(record.id));
  }

  #flushSoon(): void {
    this.#cancelFlush ??= this.#clock.after(settleMs, () => {
      this.#cancelFlush = null;
      // The next mark, or the next heartbeat, tries again.
      this.flush().catch(() => {});
    });
  }
}
