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
}

/** One request or one WebSocket of an app, for as long as it lasts. */
export interface Visit {
  answered(status: number): void;
  received(bytes: number): void;
  sent(bytes: number): void;
  /** It has become a tunnel. */
  opened(): void;
  ended(): void;
}

export class TrafficLedger {
  readonly #startedAtMs: number;
  readonly #apps = new Map<string, AppCounters>();

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  begin(app: string): Visit {
    const counters = this.#apps.get(app) ?? emptyCounters();
    this.#apps.set(app, counters);
    counters.requests += 1;
    counters.inFlight += 1;
    counters.lastActivityMs = Date.now();
    return createVisit(counters);
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
}

function createVisit(counters: AppCounters): Visit {
  let isTunnel = false;
  let isOver = false;
  return {
    answered: (status) => {
      const index = Math.min(Math.max(Math.trunc(status / 100), 1), 5) - 1;
      counters.statuses[index as 0 | 1 | 2 | 3 | 4] += 1;
    },
    received: (bytes) => {
      counters.bytesIn += bytes;
      if (isTunnel) counters.lastActivityMs = Date.now();
    },
    sent: (bytes) => {
      counters.bytesOut += bytes;
      if (isTunnel) counters.lastActivityMs = Date.now();
    },
    opened: () => {
      isTunnel = true;
      counters.openSockets += 1;
    },
    ended: () => {
      if (isOver) return;
      isOver = true;
      counters.inFlight -= 1;
      if (isTunnel) counters.openSockets -= 1;
      counters.lastActivityMs = Date.now();
    },
  };
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
  };
}
