import type { Cycle } from '../measure/cycle.ts';
import { compare, type Finding } from '../measure/finding.ts';

/** Berth's cycles, and those of the engine that they stand beside. */
export interface CyclePair {
  readonly ours: readonly Cycle[] | undefined;
  readonly theirs: { readonly name: string; readonly cycles: readonly Cycle[] };
}

/** One way of the cycles, with the ratio that is not to be exceeded. */
export function compareWay(
  way: keyof Cycle,
  { what, atMost }: { readonly what: string; readonly atMost: number },
  { ours = [], theirs }: CyclePair,
): Finding {
  const samples = (cycles: readonly Cycle[]) => cycles.map((cycle) => cycle[way]);
  return compare({
    what,
    ours: { name: 'Berth', samples: samples(ours) },
    theirs: { name: theirs.name, samples: samples(theirs.cycles) },
    unit: 'ms',
    atMost,
  });
}
