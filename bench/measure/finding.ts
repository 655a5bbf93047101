import { ratioOf, renderMedian, renderSummary, type Summary, summarize } from './summary.ts';

/** One measured figure beside another one of the same run. */
export interface Finding {
  readonly what: string;
  /** Our figure, and the one it stands beside: they say something only side by side. */
  readonly ours: string;
  readonly beside: string;
  /** Both with their spread. */
  readonly figures: string;
  readonly ratio: string;
  /** What it should be, and whether it is. */
  readonly marks?: readonly Mark[];
}

export interface Mark {
  readonly wanted: string;
  readonly met: boolean;
}

export interface Measured {
  readonly name: string;
  readonly samples: readonly number[];
}

export interface Comparison {
  readonly what: string;
  readonly ours: Measured;
  readonly theirs: Measured;
  readonly unit: string;
  /** The ratio of ours to theirs that is not to be exceeded. */
  readonly atMost?: number;
}

/** Ours and theirs, round by round, as a ratio. */
export function compare({ what, ours, theirs, unit, atMost }: Comparison): Finding {
  const ratio = ratioOf(ours.samples, theirs.samples);
  return {
    what,
    ours: renderMedian(summarize(ours.samples), unit),
    beside: `${theirs.name}: ${renderMedian(summarize(theirs.samples), unit)}`,
    figures: `${describe(ours, unit)}; ${describe(theirs, unit)}`,
    ratio: renderSummary(ratio, '×'),
    ...(atMost === undefined ? {} : { marks: [{ wanted: `≤ ${atMost} ×`, met: ratio.median <= atMost }] }),
  };
}

/** A mark on our own figure, not on a ratio. */
export function limit(found: Summary, { atMost, unit }: { readonly atMost: number; readonly unit: string }): Mark {
  return { wanted: `≤ ${atMost.toLocaleString('en')} ${unit}`, met: found.median <= atMost };
}

function describe({ name, samples }: Measured, unit: string): string {
  return `${name} ${renderSummary(summarize(samples), unit)}`;
}

/** For the terminal. */
export function renderFinding({ what, figures, ratio, marks = [] }: Finding): string {
  const verdicts = marks.map(({ wanted, met }) => ` — mark ${wanted}: ${met ? 'met' : 'MISSED'}`);
  return `  ${what}\n    ${figures}\n    ${ratio}${verdicts.join('')}`;
}

/** The table in the README. */
export function renderTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ what, ours, beside, ratio }) => `| ${what} | ${ours} | ${beside} | ${ratio} |`);
  return ['| what | Berth | beside it | ratio |', '|---|---|---|---|', ...rows].join('\n');
}
