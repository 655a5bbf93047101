/** What was used in a stretch of time: the mean of what goes up and down, the sum of what passed. */
export interface StatsPoint {
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly pids: number;
  readonly networkInBytes: number;
  readonly networkOutBytes: number;
  readonly blockReadBytes: number;
  readonly blockWriteBytes: number;
}

/** A point and when its stretch begins, epoch milliseconds. */
export interface TimedStatsPoint extends StatsPoint {
  readonly at: number;
}

const means = ['cpuPercent', 'memoryBytes', 'pids'] as const satisfies readonly (keyof StatsPoint)[];
const sums = [
  'networkInBytes',
  'networkOutBytes',
  'blockReadBytes',
  'blockWriteBytes',
] as const satisfies readonly (keyof StatsPoint)[];
const fields = [...means, ...sums];
/** How many points a slot was made of stands before them. */
const width = 1 + fields.length;

/** How fine, and for how long. */
export const fineMs = 10_000;
export const coarseMs = 60_000;
export const fineKeptMs = 3_600_000;
export const coarseKeptMs = 86_400_000;

const chunkSlots = 60;
const chunkBytes = chunkSlots * width * Float32Array.BYTES_PER_ELEMENT;
/** At most, however long it is written to: one chunk more of each kind than is shown. */
export const seriesBytes = chunkBytes * ((fineKeptMs / fineMs + coarseKeptMs / coarseMs) / chunkSlots + 2);

/** What one thing used: each ten seconds for an hour, each minute for a day. It takes memory as it grows, and gives it back. */
export class StatsSeries {
  readonly #fine = new Ring(fineMs, fineKeptMs);
  readonly #coarse = new Ring(coarseMs, coarseKeptMs);

  add(at: number, point: StatsPoint): void {
    this.#fine.add(at, point);
    this.#coarse.add(at, point);
  }

  /** In steps of so many milliseconds from the epoch on, without those of which nothing is known. `stepMs` is a multiple of `fineMs`. */
  read({ since, until, stepMs }: { readonly since: number; readonly until: number; readonly stepMs: number }) {
    const ring = stepMs < coarseMs ? this.#fine : this.#coarse;
    return ring.read({ since, until, stepMs });
  }

  /** Forgets what is too old to be shown. */
  prune(now: number): void {
    this.#fine.prune(now);
    this.#coarse.prune(now);
  }

  get isEmpty(): boolean {
    return this.#coarse.isEmpty && this.#fine.isEmpty;
  }

  get sizeBytes(): number {
    return this.#fine.sizeBytes + this.#coarse.sizeBytes;
  }
}

/** Slots of one length, in chunks by the time they are of. */
class Ring {
  readonly #slotMs: number;
  readonly #keptMs: number;
  readonly #chunks = new Map<number, Float32Array>();

  constructor(slotMs: number, keptMs: number) {
    this.#slotMs = slotMs;
    this.#keptMs = keptMs;
  }

  add(at: number, point: StatsPoint): void {
    const slot = Math.floor(at / this.#slotMs);
    const number = Math.floor(slot / chunkSlots);
    const chunk = this.#chunks.get(number) ?? new Float32Array(chunkSlots * width);
    if (!this.#chunks.has(number)) {
      this.#chunks.set(number, chunk);
      this.prune(at);
    }
    accumulate(chunk, (slot % chunkSlots) * width, [1, ...fields.map((field) => point[field])]);
  }

  read({ since, until, stepMs }: { readonly since: number; readonly until: number; readonly stepMs: number }) {
    const steps = new Map<number, Float64Array>();
    for (let slot = Math.floor(since / this.#slotMs); slot * this.#slotMs < until; slot += 1) {
      const chunk = this.#chunks.get(Math.floor(slot / chunkSlots));
      const offset = (slot % chunkSlots) * width;
      if (chunk === undefined || chunk[offset] === 0) continue;
      const at = Math.floor((slot * this.#slotMs) / stepMs) * stepMs;
      const step = steps.get(at) ?? new Float64Array(width);
      accumulate(step, 0, chunk.subarray(offset, offset + width));
      steps.set(at, step);
    }
    return [...steps].map(([at, step]) => renderPoint(at, step));
  }

  prune(now: number): void {
    const oldest = Math.floor((now - this.#keptMs) / this.#slotMs / chunkSlots);
    for (const number of this.#chunks.keys()) if (number < oldest) this.#chunks.delete(number);
  }

  get isEmpty(): boolean {
    return this.#chunks.size === 0;
  }

  get sizeBytes(): number {
    return this.#chunks.size * chunkBytes;
  }
}

function accumulate(into: Float32Array | Float64Array, offset: number, values: ArrayLike<number>): void {
  for (let index = 0; index < width; index += 1)
    into[offset + index] = (into[offset + index] ?? 0) + (values[index] ?? 0);
}

function renderPoint(at: number, step: Float64Array): TimedStatsPoint {
  const [count = 1, ...values] = step;
  const mean = (index: number) => (values[index] ?? 0) / count;
  const sum = (index: number) => values[means.length + index] ?? 0;
  return {
    at,
    ...(Object.fromEntries(means.map((field, index) => [field, mean(index)])) as Pick<
      StatsPoint,
      (typeof means)[number]
    >),
    ...(Object.fromEntries(sums.map((field, index) => [field, sum(index)])) as Pick<StatsPoint, (typeof sums)[number]>),
  };
}
