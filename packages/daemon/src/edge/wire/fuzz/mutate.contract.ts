import type { Random } from './random.contract.ts';

/** What a mutation may put in. */
export interface Dictionary {
  readonly lines: readonly string[];
  readonly values: readonly string[];
}

const BYTES = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '"',
  '.',
  '/',
  '\\',
  '%',
  '?',
  '#',
  '0',
  '1',
  '9',
  'a',
  'G',
  '_',
  '-',
  '\x0b',
  '\x7f',
  '\x80',
  '\xff',
  '\x85',
  '\xa0',
  '\x1f',
  '+',
  '@',
  '[',
  ']',
  '=',
];

type Mutation = (text: string, random: Random, dictionary: Dictionary) => string;

const mutations: readonly Mutation[] = [
  (text, random) => putAt(text, pick(text, random, 1), random.oneOf(BYTES)),
  (text, random) => putAt(text, pick(text, random, 0), random.oneOf(BYTES)),
  (text, random) => putAt(text, pick(text, random, 1 + random.below(3)), ''),
  (text, random) => putAt(text, pick(text, random, 1), String.fromCharCode(random.below(256))),
  changeCase,
  repeatPart,
  respace,
  (text, random) => onLines(text, random, (lines, at) => [...lines.slice(0, at), lines[at]!, ...lines.slice(at)]),
  (text, random) => onLines(text, random, (lines, at) => lines.toSpliced(at, 1)),
  (text, random) => onLines(text, random, (lines, at) => [...lines.toSpliced(at, 1), lines[at]!]),
  (text, random, { lines: known }) => onLines(text, random, (lines, at) => lines.toSpliced(at, 0, random.oneOf(known))),
  (text, random, { lines: known }) => onLines(text, random, (lines, at) => lines.toSpliced(at, 1, random.oneOf(known))),
  (text, random, { values }) =>
    onLines(text, random, (lines, at) =>
      lines.with(
        at,
        lines[at]!.replace(/:.*/s, () => `: ${random.oneOf(values)}`),
      ),
    ),
  (text, random, { values }) =>
    onLines(text, random, (lines, at) => lines.with(at, replaceWord(lines[at]!, random, values))),
];

/** The text with one to three small changes, many of which leave it sound. */
export function mutate(text: string, random: Random, dictionary: Dictionary): string {
  let mutated = text;
  for (let count = 1 + random.below(3); count > 0 && mutated !== ''; count -= 1)
    mutated = random.oneOf(mutations)(mutated, random, dictionary);
  return mutated;
}

type Range = readonly [start: number, end: number];

function pick(text: string, random: Random, length: number): Range {
  const start = random.below(text.length + 1);
  return [start, start + length];
}

function putAt(text: string, [start, end]: Range, put: string): string {
  return text.slice(0, start) + put + text.slice(end);
}

function changeCase(text: string, random: Random): string {
  const [start, end] = pick(text, random, 1);
  const letter = text.slice(start, end);
  // Capitals of other letters may not be one byte.
  return /[a-z]/i.test(letter) ? putAt(text, [start, end], String.fromCharCode(letter.charCodeAt(0) ^ 32)) : text;
}

function repeatPart(text: string, random: Random): string {
  const [start, end] = pick(text, random, 1 + random.below(8));
  return putAt(text, [start, start], text.slice(start, end));
}

/** Other space around one value. */
function respace(text: string, random: Random): string {
  return onLines(text, random, (lines, at) => {
    const space = random.oneOf(['', ' ', '  ', '\t', ' \t ']);
    const line = lines[at]!;
    return lines.with(at, random.isOne(2) ? line.replace(/:[ \t]*/, () => `:${space}`) : line.trimEnd() + space);
  });
}

/** The empty line at the end stays where it is. */
function onLines(
  text: string,
  random: Random,
  change: (lines: readonly string[], at: number) => readonly string[],
): string {
  const end = text.lastIndexOf('\r\n\r\n');
  const lines = (end === -1 ? text : text.slice(0, end)).split('\r\n');
  const at = lines.length === 1 ? 0 : 1 + random.below(lines.length - 1);
  return change(lines, at).join('\r\n') + (end === -1 ? '' : text.slice(end));
}

function replaceWord(line: string, random: Random, words: readonly string[]): string {
  const found = [...line.matchAll(/[^ ,;:]+/g)];
  if (found.length === 0) return line;
  const { index, 0: word } = random.oneOf(found);
  return putAt(line, [index, index + word.length], random.oneOf(words));
}
