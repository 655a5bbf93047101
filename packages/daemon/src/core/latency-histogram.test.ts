import { expect, test } from 'vitest';
import { addLatency, emptyHistogram, latencyBounds } from './latency-histogram.ts';

test('a request is counted in the first bucket that holds it', () => {
  const histogram = emptyHistogram();
  for (const seconds of [0, 0.005, 0.0051, 31]) addLatency(histogram, seconds);
  expect(histogram.counts).toEqual([2, 1, ...latencyBounds.slice(2).map(() => 0), 1]);
  expect(histogram.sumSeconds).toBeCloseTo(31.0101, 6);
});
