/** Ways of doing things by name; each resolves to what was measured of it. */
export type Contestants = Readonly<Record<string, () => Promise<unknown>>>;

/** By contestant, what each round gave. */
export type Results<Given extends Contestants> = {
  readonly [Name in keyof Given]: readonly Awaited<ReturnType<Given[Name]>>[];
};

/**
 * Lets all contestants take turns, and begins each round with another one: what else the machine does meanwhile then
 * falls on all of them alike. One round more is done before, to warm up, and does not count.
 */
export async function takeTurns<Given extends Contestants>(
  contestants: Given,
  { rounds }: { readonly rounds: number },
): Promise<Results<Given>> {
  const entries = Object.entries(contestants).map(([name, run]) => ({ name, run, results: [] as unknown[] }));
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % entries.length;
    for (const { run, results } of [...entries.slice(first), ...entries.slice(0, first)]) {
      const result = await run();
      if (round > 0) results.push(result);
    }
  }
  return Object.fromEntries(entries.map(({ name, results }) => [name, results])) as unknown as Results<Given>;
}

/** Milliseconds until the task is done. */
export async function timeMs(task: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await task();
  return performance.now() - began;
}
