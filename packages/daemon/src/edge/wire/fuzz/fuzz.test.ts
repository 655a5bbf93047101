import { describe, expect, test } from 'vitest';
import { fuzzAnswers } from './answer-fuzz.contract.ts';
import { fuzzBodies } from './body-fuzz.contract.ts';
import { fuzzRequests } from './request-fuzz.contract.ts';

const ROUNDS = 15_000;
// A failure prints its seed; scripts/fuzz-edge.ts repeats it, and tries many more.
const seed = Math.floor(Math.random() * 2 ** 32);

describe('whatever the edge understands, Node’s own parser understands in the same way', () => {
  test.each([
    ['requests', fuzzRequests, 0.2],
    ['answers', fuzzAnswers, 0.3],
    ['chunked bodies', fuzzBodies, 0.1],
  ] as const)('%s', { timeout: 60_000 }, async (_, fuzz, leastShare) => {
    const { inputs, accepted } = await fuzz(seed, ROUNDS);
    // Otherwise nothing was compared.
    expect(accepted / inputs).toBeGreaterThan(leastShare);
  });
});
