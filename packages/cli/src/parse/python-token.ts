/** A word of Python, and where it stood. */
export interface PythonToken {
  readonly kind: 'name' | 'number' | 'string' | 'mark';
  /** Of strings: what they hold. */
  readonly text: string;
  readonly line: number;
}

/** A statement that was written at the left edge; `isNested` for what stands further right, which belongs to another one. */
export interface PythonLine {
  readonly line: number;
  readonly isNested: boolean;
  readonly tokens: readonly PythonToken[];
}

/** What cannot be read, and on which line. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const space = /[ \t\f]*(?:\\\r?\n[ \t\f]*)*/y;
const comment = /#[^\r\n]*/y;
const newline = /\r?\n|\r/y;
const stringStart = /([A-Za-z]{0,2})("""|'''|"|')/y;
const number =
  /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?)/y;
const name = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/y;
const mark = /\*\*=?|\/\/=?|<<|>>|->|:=|[-+*/%&|^@<>=!]=|[-+*/%&|^~@<>=!()[\]{},:.;]/y;

/** Takes Python apart into its statements. Throws where even that cannot be done: an open string or bracket. */
export function readPythonLines(source: string): readonly PythonLine[] {
  return new Reader(source.replace(/^\ufeff/, '')).read();
}

class Reader {
  readonly #source: string;
  readonly #lines: PythonLine[] = [];
  readonly #open: PythonToken[] = [];
  #tokens: PythonToken[] = [];
  #isNested = false;
  #at = 0;
  #line = 1;

  constructor(source: string) {
    this.#source = source;
  }

  read(): readonly PythonLine[] {
    this.#beginLine();
    while (this.#at < this.#source.length) this.#step();
    const [left] = this.#open;
    if (left !== undefined) throw new PythonError(left.line, `the ${left.text} is not closed`);
    this.#endLine();
    return this.#lines;
  }

  #step(): void {
    const before = this.#at;
    this.#skip(space);
    this.#take(comment);
    if (this.#take(newline) !== undefined) return this.#onNewline();
    if (this.#at >= this.#source.length || this.#takeString() || this.#takeWord()) return;
    if (this.#at > before) return;
    throw new PythonError(this.#line, `the character ${JSON.stringify(this.#source[this.#at])} is not Python`);
  }

  #onNewline(): void {
    this.#line += 1;
    if (this.#open.length > 0) return;
    this.#endLine();
    this.#beginLine();
  }

  #beginLine(): void {
    const start = this.#at;
    this.#skip(space);
    this.#isNested = this.#at > start;
  }

  #endLine(): void {
    const [first] = this.#tokens;
    if (first !== undefined) this.#lines.push({ line: first.line, isNested: this.#isNested, tokens: this.#tokens });
    this.#tokens = [];
  }

  #takeWord(): boolean {
    for (const [kind, pattern] of [
      ['number', number],
      ['name', name],
      ['mark', mark],
    ] as const) {
      const text = this.#take(pattern)?.[0];
      if (text === undefined) continue;
      this.#push({ kind, text, line: this.#line });
      return true;
    }
    return false;
  }

  #push(token: PythonToken): void {
    this.#tokens.push(token);
    if (token.kind !== 'mark') return;
    if ('([{'.includes(token.text)) this.#open.push(token);
    if (!')]}'.includes(token.text)) return;
    const opened = this.#open.pop();
    if (opened === undefined || '([{'.indexOf(opened.text) !== ')]}'.indexOf(token.text))
      throw new PythonError(token.line, `the ${token.text} closes nothing`);
  }

  #takeString(): boolean {
    const start = this.#take(stringStart);
    if (start === undefined) return false;
    const [, prefix = '', quote = ''] = start;
    const line = this.#line;
    const body = this.#takeBody(quote);
    // What is not a plain text keeps its prefix as a name, which no literal begins with.
    if (!/^(?:|[uU]|[rR])$/.test(prefix)) this.#push({ kind: 'name', text: prefix, line });
    const text = /^[rR]$/.test(prefix) ? body : unescape(body, line);
    this.#push({ kind: 'string', text, line });
    return true;
  }

  #takeBody(quote: string): string {
    const start = this.#at;
    const line = this.#line;
    while (!this.#source.startsWith(quote, this.#at)) {
      const char = this.#source[this.#at];
      if (char === undefined || (quote.length === 1 && (char === '\n' || char === '\r')))
        throw new PythonError(line, 'the text is not closed');
      const isEscape = char === '\\';
      if (char === '\n' || (isEscape && this.#source[this.#at + 1] === '\n')) this.#line += 1;
      this.#at += isEscape ? 2 : 1;
    }
    const body = this.#source.slice(start, this.#at);
    this.#at += quote.length;
    return body.replaceAll('\r\n', '\n');
  }

  #skip(pattern: RegExp): void {
    const text = this.#take(pattern)?.[0] ?? '';
    this.#line += text.split('\n').length - 1;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match === null || match[0] === '') return undefined;
    this.#at += match[0].length;
    return match;
  }
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** As Python does, what is no escape stays as it is written. */
function unescape(body: string, line: number): string {
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(N\{[^}]*\})|([\s\S]))/g;
  return body.replaceAll(pattern, (whole, ...groups: (string | undefined)[]) => {
    const [x, u, long, octal, named, char = ''] = groups;
    const hex = x ?? u ?? long;
    if (named !== undefined) throw new PythonError(line, `${whole} is not understood; write the character itself`);
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16), line);
    return octal === undefined ? (escapes[char] ?? whole) : codePoint(Number.parseInt(octal, 8), line);
  });
}

function codePoint(code: number, line: number): string {
  if (code > 0x10ffff) throw new PythonError(line, 'an escape is beyond Unicode');
  return String.fromCodePoint(code);
}
