/** What is said of a number of rounds. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Throws on nothing at all: a figure without a measurement is none. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((one, other) => one - other);
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('There is nothing to summarize.');
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? min) + (sorted[Math.floor(middle)] ?? max)) / 2;
  return { median, min, max };
}

/** Ours over theirs: of the medians, with the spread over the rounds, each of which is a pair. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Summary {
  const pairs = ours.flatMap((one, round) => {
    const other = theirs[round];
    return other === undefined ? [] : [one / other];
  });
  return { ...summarize(pairs), median: summarize(ours).median / summarize(theirs).median };
}

/** `12.3 ms`. */
export function renderMedian({ median }: Summary, unit: string): string {
  return `${renderNumber(median)} ${unit}`;
}

/** `12.3 ms (11.9–14.0)`: three digits that count. */
export function renderSummary({ median, min, max }: Summary, unit: string): string {
  return `${renderNumber(median)} ${unit} (${renderNumber(min)}–${renderNumber(max)})`;
}

function renderNumber(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(3, digits));
}
