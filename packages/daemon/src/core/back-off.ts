const firstMs = 1000;
const mostMs = 300_000;

/** An instance that ran this long before it ended starts a new count of failures. */
export const ranWellMs = 60_000;

/** From this many failures in a row on, an instance is said to be crash-looping. */
export const crashLoopFailures = 3;

/** How long to wait after the n-th failure in a row: none after the first, then 1 s doubling to 5 min, ± 20 %. */
export function backOffMs(failures: number, random: number): number {
  if (failures <= 1) return 0;
  const exact = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 2, 20));
  return Math.round(exact * (0.8 + 0.4 * random));
}
