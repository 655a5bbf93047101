const bars = '▁▂▃▄▅▆▇█';

/** A value and when it was. */
export interface Timed {
  readonly at: number;
  readonly value: number;
}

/** One character for each equal part of the time, as high as the mean of its values is beside the highest; a space where there is none. */
export function renderSparkline(
  values: readonly Timed[],
  { since, until, width }: { readonly since: number; readonly until: number; readonly width: number },
): string {
  const cells = Array.from({ length: width }, () => ({ sum: 0, count: 0 }));
  for (const { at, value } of values) {
    const index = Math.floor(((at - since) / Math.max(1, until - since)) * width);
    const cell = cells[Math.min(width - 1, Math.max(0, index))];
    if (cell === undefined) continue;
    cell.sum += value;
    cell.count += 1;
  }
  const highest = Math.max(...cells.map(({ sum, count }) => (count === 0 ? 0 : sum / count)));
  return cells.map(({ sum, count }) => (count === 0 ? ' ' : barOf(sum / count, highest))).join('');
}

function barOf(value: number, highest: number): string {
  const height = highest === 0 ? 0 : Math.round((value / highest) * (bars.length - 1));
  return bars[height] ?? ' ';
}
