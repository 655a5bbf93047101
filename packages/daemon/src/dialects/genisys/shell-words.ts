/** Thrown for words that do not end; its message says which mark is missing. */
export class UnendedWord extends Error {
  override readonly name = 'UnendedWord';
}

/**
 * The words of a command line as Python's `shlex.split` finds them: quotes, backslashes and blanks, and nothing else of a
 * shell. Throws `UnendedWord` where a quote is not closed or a backslash escapes nothing.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; ) {
    const char = line[at] ?? '';
    if (isBlank(char)) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    const { text, end } = readPiece(line, at);
    word = (word ?? '') + text;
    at = end;
  }
  return word === null ? words : [...words, word];
}

interface Piece {
  readonly text: string;
  /** Where what follows begins. */
  readonly end: number;
}

function readPiece(line: string, at: number): Piece {
  const char = line[at] ?? '';
  if (char === "'") return readLiteral(line, at + 1);
  if (char === '"') return readQuoted(line, at + 1);
  if (char !== '\\') return { text: char, end: at + 1 };
  const escaped = line[at + 1];
  if (escaped === undefined) throw new UnendedWord('No escaped character');
  return { text: escaped, end: at + 2 };
}

/** Between apostrophes everything is itself. */
function readLiteral(line: string, start: number): Piece {
  const end = line.indexOf("'", start);
  if (end === -1) throw new UnendedWord('No closing quotation');
  return { text: line.slice(start, end), end: end + 1 };
}

/** Between quotation marks a backslash escapes those and itself, and is itself before anything else. */
function readQuoted(line: string, start: number): Piece {
  let text = '';
  for (let at = start; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (char === '"') return { text, end: at + 1 };
    const next = line[at + 1] ?? '';
    const isEscape = char === '\\' && (next === '"' || next === '\\');
    text += isEscape ? next : char;
    if (isEscape) at += 1;
  }
  throw new UnendedWord('No closing quotation');
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}
