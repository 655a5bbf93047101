import { expect, test } from 'vitest';
import { choosePaint, plainPaint } from './paint.ts';
import { type Column, renderTable } from './table.ts';
import { cutText, padText, printable, textWidth } from './text-width.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly remark: string;
}

const columns: readonly Column<Row>[] = [
  { head: 'NAME', cell: ({ name }, paint) => paint('strong', name) },
  { head: 'COUNT', cell: ({ count }) => String(count), side: 'right' },
  { head: 'REMARK', cell: ({ remark }) => remark, mayShrink: true },
];

const rows = [
  { name: 'shop', count: 3, remark: 'a rather long remark about it' },
  { name: 'a', count: 12, remark: '' },
];

test('a table has aligned columns and no spaces at the ends of lines', () => {
  expect(renderTable(columns, rows, { paint: plainPaint })).toBe(
    ['NAME   COUNT   REMARK', 'shop       3   a rather long remark about it', 'a         12'].join('\n'),
  );
});

test('a column without a single value is left out', () => {
  const bare = rows.map((row) => ({ ...row, remark: '' }));
  expect(renderTable(columns, bare, { paint: plainPaint })).toBe('NAME   COUNT\nshop       3\na         12');
});

test('in a narrow terminal only what may shrink is cut', () => {
  expect(renderTable(columns, rows, { paint: plainPaint, width: 30 }).split('\n')[1]).toBe(
    'shop       3   a rather long …',
  );
});

test('colours take no room', () => {
  const paint = choosePaint({ isTTY: true }, {});
  const plain = renderTable(columns, rows, { paint: plainPaint });
  const painted = renderTable(columns, rows, { paint });
  expect(painted).not.toBe(plain);
  expect(printable(painted)).toBe(plain);
});

test('colours are for terminals, and not for those who do not want them', () => {
  const paintOf = (isTTY: boolean, environment: Record<string, string>) =>
    choosePaint({ isTTY }, environment)('bad', 'x');
  expect(paintOf(true, {})).toBe('\u001b[31mx\u001b[39m');
  expect(paintOf(true, { NO_COLOR: '' })).toBe('\u001b[31mx\u001b[39m');
  expect(paintOf(true, { NO_COLOR: '1' })).toBe('x');
  expect(paintOf(true, { TERM: 'dumb' })).toBe('x');
  expect(paintOf(false, {})).toBe('x');
});

test('a text is as wide as a terminal shows it', () => {
  expect(['abc', 'é', '日本', '👍', '\u001b[31mred\u001b[39m'].map(textWidth)).toEqual([3, 1, 4, 2, 3]);
  expect(padText('日', 4)).toBe('日  ');
});

test('a cut text says that something is missing, and its colours end', () => {
  expect(cutText('abcdef', 4)).toBe('abc…');
  expect(cutText('abcd', 4)).toBe('abcd');
  expect(cutText('日本語', 4)).toBe('日…');
  expect(cutText('\u001b[31mabcdef\u001b[39m', 4)).toBe('\u001b[31mabc…\u001b[39m');
});
