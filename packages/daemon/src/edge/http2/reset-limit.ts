/** A browser that leaves a page gives up a hundred requests in one moment. */
const BURST = 200;
const PER_SECOND = 20;

/** Counts requests that were given up: who asks only to take it back makes work for nothing (CVE-2023-44487). */
export class ResetLimit {
  #left = BURST;
  #countedAtMs: number;

  constructor(nowMs: number) {
    this.#countedAtMs = nowMs;
  }

  /** False when there were too many in too short a time. */
  take(nowMs: number): boolean {
    this.#left = Math.min(BURST, this.#left + ((nowMs - this.#countedAtMs) / 1_000) * PER_SECOND);
    this.#countedAtMs = nowMs;
    this.#left -= 1;
    return this.#left >= 0;
  }
}
