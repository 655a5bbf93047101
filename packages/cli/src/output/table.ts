import type { Paint } from './paint.ts';
import { cutText, padText, textWidth } from './text-width.ts';

/** One column: its head, and what stands in it for each item. */
export interface Column<Item> {
  readonly head: string;
  readonly cell: (item: Item, paint: Paint) => string;
  readonly side?: 'left' | 'right';
  /** True: where the terminal is narrow, this one is cut. */
  readonly mayShrink?: boolean;
}

export interface TableStyle {
  readonly paint: Paint;
  /** Columns of the terminal; undefined: nothing is cut. */
  readonly width?: number | undefined;
}

const gap = '   ';
const narrowest = 10;

/** Aligned columns under their heads, without a line break at the end. A column that is empty in every row is left out. */
export function renderTable<Item>(columns: readonly Column<Item>[], items: readonly Item[], style: TableStyle): string {
  const cells = items.map((item) => columns.map((column) => column.cell(item, style.paint)));
  const shown = columns.flatMap((column, index) => (cells.some((row) => row[index] !== '') ? [{ column, index }] : []));
  const widths = shown.map(({ column, index }) =>
    Math.max(textWidth(column.head), ...cells.map((row) => textWidth(row[index] ?? ''))),
  );
  const fitted = fit(
    shown.map(({ column }) => column.mayShrink === true),
    widths,
    style.width,
  );
  const heads = shown.map(({ column }) => style.paint('dim', column.head));
  const rows = [heads, ...cells.map((row) => shown.map(({ index }) => row[index] ?? ''))];
  return rows
    .map((row) =>
      renderRow(
        row,
        shown.map(({ column }) => column.side),
        fitted,
      ),
    )
    .join('\n');
}

/** Takes what is too much from the columns that may shrink, from the widest first. */
function fit(mayShrink: readonly boolean[], widths: readonly number[], limit: number | undefined): readonly number[] {
  const fitted = [...widths];
  let excess = limit === undefined ? 0 : sum(fitted) + gap.length * (fitted.length - 1) - limit;
  for (; excess > 0; excess -= 1) {
    const widest = fitted.reduce((best, width, at) => (mayShrink[at] && width > (fitted[best] ?? 0) ? at : best), -1);
    const width = fitted[widest];
    if (width === undefined || width <= narrowest) return fitted;
    fitted[widest] = width - 1;
  }
  return fitted;
}

function renderRow(
  cells: readonly string[],
  sides: readonly Column<never>['side'][],
  widths: readonly number[],
): string {
  const padded = cells.map((cell, at) => padText(cutText(cell, widths[at] ?? 0), widths[at] ?? 0, sides[at]));
  return padded.join(gap).trimEnd();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
