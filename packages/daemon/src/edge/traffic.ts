import type { LatencyHistogram } from '../core/latency-histogram.ts';
import type { AccessNote } from './fact/access-note.ts';
import { counter, CounterTable } from './fact/counter-table.ts';
import type { CoarseClock } from './watch.ts';

/** After this long without a route and without a visitor, an app's counters are forgotten. */
const FORGET_MS = 3_600_000;

/** Farther apart, the machine's clock was set or the machine slept. */
const SAME_CLOCK_MS = 1_000;

/** Counted since the edge started, as it goes out over the control socket. */
interface AppFacts {
  readonly requests: number;
  /** Answers by class: index 0 is 1xx … index 4 is 5xx. */
  readonly statuses: readonly number[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly inFlight: number;
  readonly openSockets: number;
  /** Dates, in milliseconds; 0: never. */
  readonly lastActivityMs: number;
  readonly lastServedMs: number;
  readonly latency: LatencyHistogram;
}

const SUCCESS = 1;

type StatusClass = 0 | 1 | 2 | 3 | 4;

/** One request or one tunnel of an app, for as long as it lasts. */
export class Visit {
  readonly #table: CounterTable;
  readonly #row: number;
  #class: StatusClass | undefined;
  #isTunnel = false;
  #isOver = false;
  readonly #beganMs: number;
  readonly #note: AccessNote | undefined;

  constructor({ table, row }: Place, beganMs: number, note: AccessNote | undefined) {
    this.#table = table;
    this.#row = row;
    this.#beganMs = beganMs;
    this.#note = note;
    table.add(row, counter.requests, 1);
    table.add(row, counter.inFlight, 1);
    table.set(row, counter.activeAtMs, beganMs);
  }

  /** Other visits of the app that have not ended. */
  get othersUnderWay(): number {
    return this.#table.get(this.#row, counter.inFlight) - 1;
  }

  /** Said again when an answer was taken back: the last word counts. */
  answered(status: number): void {
    if (this.#note !== undefined) this.#note.status = status;
    if (this.#class !== undefined) this.#table.addStatus(this.#row, this.#class, -1);
    this.#class = (Math.min(Math.max(Math.trunc(status / 100), 1), 5) - 1) as StatusClass;
    this.#table.addStatus(this.#row, this.#class, 1);
  }

  received(bytes: number): void {
    this.#table.add(this.#row, counter.bytesIn, bytes);
    if (this.#note !== undefined) this.#note.bytesIn += bytes;
  }

  sent(bytes: number): void {
    this.#table.add(this.#row, counter.bytesOut, bytes);
    if (this.#note !== undefined) this.#note.bytesOut += bytes;
  }

  /** Data passed through the tunnel: its pings and pongs do not count. */
  wasActive(nowMs: number): void {
    this.#table.set(this.#row, counter.activeAtMs, nowMs);
    this.#table.set(this.#row, counter.servedAtMs, nowMs);
  }

  /** It has become a tunnel. */
  opened(): void {
    this.#isTunnel = true;
    this.#table.add(this.#row, counter.openSockets, 1);
  }

  /** `nowMs` is of the clock that it began with. */
  ended(nowMs: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#table.add(this.#row, counter.inFlight, -1);
    this.#note?.end(nowMs);
    if (this.#isTunnel) this.#table.add(this.#row, counter.openSockets, -1);
    else this.#isAnswered(nowMs);
  }

  #isAnswered(nowMs: number): void {
    this.#table.set(this.#row, counter.activeAtMs, nowMs);
    if (this.#class === SUCCESS) this.#table.set(this.#row, counter.servedAtMs, nowMs);
    this.#table.addLatency(this.#row, (nowMs - this.#beganMs) / 1_000);
  }
}

/** A row that somebody counts in. */
interface Place {
  readonly table: CounterTable;
  readonly row: number;
}

export class TrafficLedger {
  readonly #startedAtMs: number;
  readonly #clock: CoarseClock;
  readonly #table = new CounterTable();
  readonly #apps = new Map<string, Place>();
  /** From a moment of the clock to its date. */
  #dateOffsetMs: number;

  constructor(startedAtMs: number, clock: CoarseClock) {
    this.#startedAtMs = startedAtMs;
    this.#clock = clock;
    this.#dateOffsetMs = startedAtMs - clock.refresh();
  }

  /** `nowMs` is of the ledger's clock. */
  begin(app: string, nowMs: number, note?: AccessNote): Visit {
    if (note !== undefined) note.app = app;
    return new Visit(this.#apps.get(app) ?? this.#add(app), nowMs, note);
  }

  facts(): { readonly startedAtMs: number; readonly apps: Readonly<Record<string, AppFacts>> } {
    const offsetMs = Date.now() - this.#clock.refresh();
    if (Math.abs(offsetMs - this.#dateOffsetMs) > SAME_CLOCK_MS) this.#dateOffsetMs = offsetMs;
    const apps = [...this.#apps].map(([app, { row }]) => [app, this.#tell(row)] as const);
    return { startedAtMs: this.#startedAtMs, apps: Object.fromEntries(apps) };
  }

  /** Forgets apps that are long gone. */
  prune(routed: ReadonlySet<string>): void {
    const longAgoMs = this.#clock.refresh() - FORGET_MS;
    for (const [app, { row }] of this.#apps) {
      const isBusy = this.#table.get(row, counter.inFlight) > 0;
      if (isBusy || this.#table.get(row, counter.activeAtMs) >= longAgoMs || routed.has(app)) continue;
      this.#apps.delete(app);
      this.#table.close(row);
    }
  }

  #tell(row: number): AppFacts {
    const read = (which: Parameters<CounterTable['get']>[1]): number => this.#table.get(row, which);
    return {
      requests: read(counter.requests),
      statuses: this.#table.statusesOf(row),
      bytesIn: read(counter.bytesIn),
      bytesOut: read(counter.bytesOut),
      inFlight: read(counter.inFlight),
      openSockets: read(counter.openSockets),
      lastActivityMs: this.#dateOf(read(counter.activeAtMs)),
      lastServedMs: this.#dateOf(read(counter.servedAtMs)),
      latency: this.#table.latencyOf(row),
    };
  }

  #dateOf(momentMs: number): number {
    return momentMs === 0 ? 0 : Math.round(momentMs + this.#dateOffsetMs);
  }

  #add(app: string): Place {
    const place = { table: this.#table, row: this.#table.open() };
    this.#apps.set(app, place);
    return place;
  }
}
