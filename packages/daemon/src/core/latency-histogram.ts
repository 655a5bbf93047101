/** Upper bounds of the buckets, in seconds: the field's usual ones; one more bucket holds all that took longer. */
export const latencyBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** How long requests took, from their head to the end of their answer. Plain numbers, so that it goes out as JSON. */
export interface LatencyHistogram {
  /** How many fell into each bucket, not cumulated; the last is for what is above all bounds. */
  readonly counts: number[];
  sumSeconds: number;
}

export function emptyHistogram(): LatencyHistogram {
  return { counts: Array.from({ length: latencyBounds.length + 1 }, () => 0), sumSeconds: 0 };
}

/** The bucket that it falls into. */
export function bucketOf(seconds: number): number {
  let at = 0;
  while (at < latencyBounds.length && seconds > (latencyBounds[at] ?? 0)) at += 1;
  return at;
}

export function addLatency(histogram: LatencyHistogram, seconds: number): void {
  const at = bucketOf(seconds);
  histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
  histogram.sumSeconds += seconds;
}
