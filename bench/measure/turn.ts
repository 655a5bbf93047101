/** Ways of doing things by name; each resolves to what was measured of it. */
export type Contestants = Readonly<Record<string, () => Promise<unknown>>>;

/** By contestant, what each round gave. */
export type Results<Given extends Contestants> = {
  readonly [Name in keyof Given]: readonly Awaited<ReturnType<Given[Name]>>[];
};

/**
 * Lets all contestants take turns, and begins each round with another one, every second round backwards: what else the
 * machine does meanwhile, and what a neighbour leaves behind, then falls on all of them alike. One round more is done
 * before, to warm up, and does not count.
 */
export async function takeTurns<Given extends Contestants>(
  contestants: Given,
  { rounds }: { readonly rounds: number },
): Promise<Results<Given>> {
  const entries = Object.entries(contestants).map(([name, run]) => ({ name, run, results: [] as unknown[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { run, results } of orderRound(entries, round)) {
      const result = await run();
      if (round > 0) results.push(result);
    }
  }
  return Object.fromEntries(entries.map(({ name, results }) => [name, results])) as unknown as Results<Given>;
}

function orderRound<Entry>(entries: readonly Entry[], round: number): readonly Entry[] {
  const first = round % entries.length;
  const order = [...entries.slice(first), ...entries.slice(0, first)];
  return round % 2 === 0 ? order : order.toReversed();
}

/** Milliseconds until the task is done. */
export async function timeMs(task: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await task();
  return performance.now() - began;
}
