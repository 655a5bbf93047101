import { addLatency, emptyHistogram, type LatencyHistogram } from '../core/latency-histogram.ts';
import type { AccessNote } from './fact/access-note.ts';
import type { CoarseClock } from './watch.ts';

/** After this long without a route and without a visitor, an app's counters are forgotten. */
const FORGET_MS = 3_600_000;

/** Farther apart, the machine's clock was set or the machine slept. */
const SAME_CLOCK_MS = 1_000;

/** Counters since the edge started. Moments are of the edge's own clock; 0: never. */
interface AppCounters {
  requests: number;
  /** Answers by class: index 0 is 1xx … index 4 is 5xx. */
  readonly statuses: [number, number, number, number, number];
  bytesIn: number;
  bytesOut: number;
  inFlight: number;
  openSockets: number;
  activeAtMs: number;
  servedAtMs: number;
  readonly latency: LatencyHistogram;
}

/** As they go out over the control socket: moments are dates. */
interface AppFacts extends Readonly<Omit<AppCounters, 'activeAtMs' | 'servedAtMs'>> {
  readonly lastActivityMs: number;
  readonly lastServedMs: number;
}

const SUCCESS = 1;

type StatusClass = 0 | 1 | 2 | 3 | 4;

/** One request or one tunnel of an app, for as long as it lasts. */
export class Visit {
  readonly #counters: AppCounters;
  #class: StatusClass | undefined;
  #isTunnel = false;
  #isOver = false;
  readonly #beganMs: number;
  readonly #note: AccessNote | undefined;

  constructor(counters: AppCounters, beganMs: number, note: AccessNote | undefined) {
    this.#counters = counters;
    this.#beganMs = beganMs;
    this.#note = note;
    counters.requests += 1;
    counters.inFlight += 1;
    counters.activeAtMs = beganMs;
  }

  /** Other visits of the app that have not ended. */
  get othersUnderWay(): number {
    return this.#counters.inFlight - 1;
  }

  /** Said again when an answer was taken back: the last word counts. */
  answered(status: number): void {
    if (this.#note !== undefined) this.#note.status = status;
    const { statuses } = this.#counters;
    if (this.#class !== undefined) statuses[this.#class] -= 1;
    this.#class = (Math.min(Math.max(Math.trunc(status / 100), 1), 5) - 1) as StatusClass;
    statuses[this.#class] += 1;
  }

  received(bytes: number): void {
    this.#counters.bytesIn += bytes;
    if (this.#note !== undefined) this.#note.bytesIn += bytes;
  }

  sent(bytes: number): void {
    this.#counters.bytesOut += bytes;
    if (this.#note !== undefined) this.#note.bytesOut += bytes;
  }

  /** Data passed through the tunnel: its pings and pongs do not count. */
  wasActive(nowMs: number): void {
    this.#counters.activeAtMs = nowMs;
    this.#counters.servedAtMs = nowMs;
  }

  /** It has become a tunnel. */
  opened(): void {
    this.#isTunnel = true;
    this.#counters.openSockets += 1;
  }

  /** `nowMs` is of the clock that it began with. */
  ended(nowMs: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#counters.inFlight -= 1;
    this.#note?.end(nowMs);
    if (this.#isTunnel) this.#counters.openSockets -= 1;
    else this.#isAnswered(nowMs);
  }

  #isAnswered(nowMs: number): void {
    this.#counters.activeAtMs = nowMs;
    if (this.#class === SUCCESS) this.#counters.servedAtMs = nowMs;
    addLatency(this.#counters.latency, (nowMs - this.#beganMs) / 1_000);
  }
}

export class TrafficLedger {
  readonly #startedAtMs: number;
  readonly #clock: CoarseClock;
  readonly #apps = new Map<string, AppCounters>();
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
    const apps = [...this.#apps].map(([app, counters]) => [app, this.#tell(counters)] as const);
    return { startedAtMs: this.#startedAtMs, apps: Object.fromEntries(apps) };
  }

  /** Forgets apps that are long gone. */
  prune(routed: ReadonlySet<string>): void {
    const longAgoMs = this.#clock.refresh() - FORGET_MS;
    for (const [app, { inFlight, activeAtMs }] of this.#apps)
      if (inFlight === 0 && activeAtMs < longAgoMs && !routed.has(app)) this.#apps.delete(app);
  }

  #tell({ activeAtMs, servedAtMs, ...counters }: AppCounters): AppFacts {
    return { ...counters, lastActivityMs: this.#dateOf(activeAtMs), lastServedMs: this.#dateOf(servedAtMs) };
  }

  #dateOf(momentMs: number): number {
    return momentMs === 0 ? 0 : Math.round(momentMs + this.#dateOffsetMs);
  }

  #add(app: string): AppCounters {
    const counters = emptyCounters();
    this.#apps.set(app, counters);
    return counters;
  }
}

function emptyCounters(): AppCounters {
  return {
    requests: 0,
    statuses: [0, 0, 0, 0, 0],
    bytesIn: 0,
    bytesOut: 0,
    inFlight: 0,
    openSockets: 0,
    activeAtMs: 0,
    servedAtMs: 0,
    latency: emptyHistogram(),
  };
}
