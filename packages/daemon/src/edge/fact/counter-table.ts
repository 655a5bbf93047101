import { bucketOf, latencyBounds, type LatencyHistogram } from '../../core/latency-histogram.ts';

/** Where in its row each number of an app stands; those of `statuses` and `latency` are the first of several. */
export const counter = {
  requests: 0,
  inFlight: 1,
  activeAtMs: 2,
  servedAtMs: 3,
  bytesIn: 4,
  bytesOut: 5,
  openSockets: 6,
  seconds: 7,
  statuses: 8,
  latency: 13,
} as const;

type Counter = (typeof counter)[keyof typeof counter];

const STATUS_CLASSES = 5;
const BUCKETS = latencyBounds.length + 1;
const ROW = counter.latency + BUCKETS;
const FIRST_ROWS = 16;

/** Counters of apps, a row of numbers each, side by side: with thousands of apps a request finds its app's in few places. */
export class CounterTable {
  #numbers = new Float64Array(FIRST_ROWS * ROW);
  #end = 0;
  readonly #free: number[] = [];

  /** A row of zeros. */
  open(): number {
    const row = this.#free.pop() ?? this.#append();
    this.#numbers.fill(0, row, row + ROW);
    return row;
  }

  /** Nobody counts in it any more: another app may get it. */
  close(row: number): void {
    this.#free.push(row);
  }

  get(row: number, which: Counter): number {
    return this.#numbers[row + which] ?? 0;
  }

  set(row: number, which: Counter, value: number): void {
    this.#numbers[row + which] = value;
  }

  add(row: number, which: Counter, value: number): void {
    this.#numbers[row + which] = this.get(row, which) + value;
  }

  /** `statusClass` is 0 for 1xx … 4 for 5xx. */
  addStatus(row: number, statusClass: number, value: number): void {
    this.add(row + statusClass, counter.statuses, value);
  }

  addLatency(row: number, seconds: number): void {
    this.add(row + bucketOf(seconds), counter.latency, 1);
    this.add(row, counter.seconds, seconds);
  }

  statusesOf(row: number): readonly number[] {
    return [...this.#slice(row + counter.statuses, STATUS_CLASSES)];
  }

  latencyOf(row: number): LatencyHistogram {
    return { counts: [...this.#slice(row + counter.latency, BUCKETS)], sumSeconds: this.get(row, counter.seconds) };
  }

  #slice(start: number, length: number): Float64Array {
    return this.#numbers.subarray(start, start + length);
  }

  #append(): number {
    const row = this.#end;
    this.#end += ROW;
    if (this.#end > this.#numbers.length) this.#grow();
    return row;
  }

  #grow(): void {
    const larger = new Float64Array(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
