import type { Certificate, Chain, Renewal } from './certificate.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Without a word of the authority: at two thirds of its life, ± 1 %, so that many of one day do not come at once. */
export function usualRenewal(chain: Chain, random: number): Renewal {
  const lifeMs = chain.notAfter - chain.notBefore;
  const at = Math.round(chain.notBefore + lifeMs * (2 / 3 + (random - 0.5) / 50));
  return { at, isSuggested: false, checkAt: chain.notBefore };
}

/** The authority's window (RFC 9773, 4.2): a moment in it, chosen once; the same window keeps the moment. */
export function suggestedRenewal(
  before: Renewal | null,
  window: { readonly startMs: number; readonly endMs: number; readonly checkAgainAtMs: number },
  random: number,
): Renewal {
  const { startMs, endMs, checkAgainAtMs: checkAt } = window;
  const isInside = before !== null && before.isSuggested && before.at >= startMs && before.at <= endMs;
  return { at: isInside ? before.at : Math.round(startMs + (endMs - startMs) * random), isSuggested: true, checkAt };
}

/** True when a new one is to be asked for: there is none, or its time has come. */
export function isDue({ chain, renewal }: Certificate, now: number): boolean {
  if (chain === null || now >= chain.notAfter) return true;
  return renewal !== null && now >= renewal.at;
}

/** The kinds of failures: those that only this side or the way has seen, and those that the authority counts. */
export type FailureKind = 'unseen' | 'counted';

/** How long to wait after the n-th failure in a row: a minute, or ten where the authority counts, doubling to a day, ± 20 %. */
export function attemptBackOffMs(failures: number, kind: FailureKind, random: number): number {
  const firstMs = kind === 'counted' ? 10 * minuteMs : minuteMs;
  const exact = Math.min(dayMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.round(Math.min(dayMs, exact * (0.8 + 0.4 * random)));
}
