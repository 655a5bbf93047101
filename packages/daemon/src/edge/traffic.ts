import { addLatency, emptyHistogram, type LatencyHistogram } from '../core/latency-histogram.ts';
import type { AccessNote } from './fact/access-note.ts';

/** After this long without a route and without a visitor, an app's counters are forgotten. */
const FORGET_MS = 3_600_000;

/** Counters since the edge started; they go out over the control socket as they are. */
interface AppCounters {
  requests: number;
  /** Answers by class: index 0 is 1xx … index 4 is 5xx. */
  readonly statuses: [number, number, number, number, number];
  bytesIn: number;
  bytesOut: number;
  inFlight: number;
  openSockets: number;
  lastActivityMs: number;
  lastServedMs: number;
  readonly latency: LatencyHistogram;
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
    counters.lastActivityMs = Date.now();
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
  wasActive(): void {
    const nowMs = Date.now();
    this.#counters.lastActivityMs = nowMs;
    this.#counters.lastServedMs = nowMs;
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
    const dateMs = Date.now();
    this.#counters.lastActivityMs = dateMs;
    if (this.#class === SUCCESS) this.#counters.lastServedMs = dateMs;
    addLatency(this.#counters.latency, (nowMs - this.#beganMs) / 1_000);
  }
}

export class TrafficLedger {
  readonly #startedAtMs: number;
  readonly #apps = new Map<string, AppCounters>();

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  /** `nowMs` is of any clock that never goes back. */
  begin(app: string, nowMs: number, note?: AccessNote): Visit {
    if (note !== undefined) note.app = app;
    return new Visit(this.#apps.get(app) ?? this.#add(app), nowMs, note);
  }

  facts(): { readonly startedAtMs: number; readonly apps: Readonly<Record<string, Readonly<AppCounters>>> } {
    return { startedAtMs: this.#startedAtMs, apps: Object.fromEntries(this.#apps) };
  }

  /** Forgets apps that are long gone. */
  prune(routed: ReadonlySet<string>): void {
    const longAgoMs = Date.now() - FORGET_MS;
    for (const [app, { inFlight, lastActivityMs }] of this.#apps)
      if (inFlight === 0 && lastActivityMs < longAgoMs && !routed.has(app)) this.#apps.delete(app);
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
    lastActivityMs: 0,
    lastServedMs: 0,
    latency: emptyHistogram(),
  };
}
