import type { Clock } from '../ports/clock.ts';

interface Timer {
  at: number;
  readonly callback: () => void;
}

/** A clock that moves when a test says so. Its ids rise. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = Date.parse('2026-11-20T12:00:00.000Z');
  #ids = 0;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return 0.5;
  }

  newId(): string {
    this.#ids += 1;
    return `id-${String(this.#ids).padStart(8, '0')}`;
  }

  /** Timers that are set. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Is set anew, as by an administrator: timers go by what passes, not by what it shows. */
  jump(ms: number): void {
    this.#now += ms;
    for (const timer of this.#timers) timer.at += ms;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.#now)) {
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}
