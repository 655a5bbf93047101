import type { Clock } from '../ports/clock.ts';

/** A heartbeat that comes later than so many of them: the machine slept, or its clock was set forth. */
const lateBeats = 3;

/** What is to be done at each beat, and before it when the clock shows that it is not a usual one. Epoch milliseconds. */
export interface Beat {
  readonly everyMs: number;
  onBeat(): void;
  /** The clock was set back to `now`. */
  onSetBack(now: number): void;
  /** Nothing was done since. */
  onGap(since: number, until: number): void;
}

/** Beats while the process runs, and knows when it did not. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #beat: Beat;
  #lastAt = 0;
  #cancel = (): void => {};

  constructor(clock: Clock, beat: Beat) {
    this.#clock = clock;
    this.#beat = beat;
  }

  start(): void {
    this.#lastAt = this.#clock.now();
    this.#wait();
  }

  stop(): void {
    this.#cancel();
  }

  #wait(): void {
    this.#cancel = this.#clock.after(this.#beat.everyMs, () => {
      const since = this.#lastAt;
      const now = this.#clock.now();
      this.#lastAt = now;
      if (now < since) this.#beat.onSetBack(now);
      if (now > since + lateBeats * this.#beat.everyMs) this.#beat.onGap(since, now);
      this.#beat.onBeat();
      this.#wait();
    });
  }
}
