import { performance } from 'node:perf_hooks';

const TICK_MS = 500;

/** Something that is looked after: its time is over once the clock has passed `deadlineMs` (`Infinity`: never). */
export interface Watched {
  deadlineMs: number;
  /** Where the watch keeps it; nobody else writes it. */
  watchedAt: number;
  expire(): void;
}

/** Milliseconds that never go back, read once per event and shared by all that happens in it. */
export class CoarseClock {
  nowMs: number;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.nowMs = now();
  }

  refresh(): number {
    this.nowMs = this.#now();
    return this.nowMs;
  }
}

/**
 * Ends what has taken too long. One coarse tick looks at all of them instead of a timer for each, so a deadline may be
 * passed by 500 ms; nothing ticks while nothing is watched.
 */
export class Watch {
  readonly #clock: CoarseClock;
  readonly #watched: Watched[] = [];
  #ticking: NodeJS.Timeout | undefined;

  constructor(clock: CoarseClock) {
    this.#clock = clock;
  }

  get isTicking(): boolean {
    return this.#ticking !== undefined;
  }

  add(one: Watched): void {
    one.watchedAt = this.#watched.length;
    this.#watched.push(one);
    if (this.#ticking !== undefined) return;
    this.#clock.refresh();
    this.#ticking = setInterval(() => this.look(), TICK_MS).unref();
  }

  /** Harmless when it is not watched. */
  remove(one: Watched): void {
    const { watchedAt } = one;
    if (this.#watched[watchedAt] !== one) return;
    const last = this.#watched.pop();
    if (last === undefined || last === one) return;
    last.watchedAt = watchedAt;
    this.#watched[watchedAt] = last;
  }

  /** What each tick does. From the end, because whatever expires may leave, and one of the end takes its place. */
  look(): void {
    const nowMs = this.#clock.refresh();
    for (let at = this.#watched.length - 1; at >= 0; at -= 1) {
      const one = this.#watched[at];
      if (one !== undefined && one.deadlineMs <= nowMs) one.expire();
    }
    if (this.#watched.length > 0) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }
}
