import { PythonError, type PythonLine, type PythonToken, readPythonLines } from './python-token.ts';

/** What a Python literal says, as JSON would. Tuples are lists, keys are texts. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | readonly PythonValue[]
  | { readonly [name: string]: PythonValue };

/** What the top of a Python file says. */
export interface PythonFile {
  /** By name; the last assignment counts. */
  readonly values: ReadonlyMap<string, PythonValue>;
  /** Statements that are no assignment of a literal: they are not run, and what they would have done is not known. */
  readonly skipped: readonly { readonly line: number; readonly why: string }[];
}

const deepest = 100;

/**
 * Reads a Python file as data: assignments of numbers, texts, booleans, None, dicts and lists, sums and products of them,
 * and names assigned before. Nothing is ever executed. Throws a `PythonError` where the text cannot be taken apart.
 */
export function parsePythonFile(source: string): PythonFile {
  const values = new Map<string, PythonValue>();
  const skipped: { line: number; why: string }[] = [];
  for (const line of readPythonLines(source)) {
    if (line.isNested) continue;
    try {
      assign(line, values);
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      skipped.push({ line: error.line, why: error.message });
    }
  }
  return { values, skipped };
}

function assign(line: PythonLine, values: Map<string, PythonValue>): void {
  const [first, ...rest] = line.tokens;
  if (first === undefined || isDocument(line)) return;
  const at = rest.findIndex(({ kind, text }) => kind === 'mark' && text === '=');
  const isName = first.kind === 'name' && (at === 0 || rest[0]?.text === ':');
  if (!isName || at < 0) throw new PythonError(first.line, 'it is no assignment to a name');
  values.delete(first.text);
  const expression = new Expression(rest.slice(at + 1), { values, line: first.line });
  values.set(first.text, expression.read());
}

/** A text that stands by itself is a comment. */
function isDocument({ tokens }: PythonLine): boolean {
  return tokens.every(({ kind }) => kind === 'string');
}

interface Place {
  readonly values: ReadonlyMap<string, PythonValue>;
  readonly line: number;
}

class Expression {
  readonly #tokens: readonly PythonToken[];
  readonly #place: Place;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly PythonToken[], place: Place) {
    this.#tokens = tokens;
    this.#place = place;
  }

  /** All of it. Several values with commas between are a tuple. */
  read(): PythonValue {
    const values = [this.#sum()];
    let isTuple = false;
    while (this.#takes(',')) {
      isTuple = true;
      if (this.#next !== undefined) values.push(this.#sum());
    }
    if (this.#next !== undefined) throw this.#refusal();
    return isTuple ? values : (values[0] ?? null);
  }

  #sum(): PythonValue {
    let left = this.#product();
    for (;;) {
      const operator = this.#takeOne('+', '-');
      if (operator === undefined) return left;
      const right = this.#product();
      left =
        typeof left === 'string' && typeof right === 'string' && operator === '+'
          ? left + right
          : this.#calculate(operator, left, right);
    }
  }

  #product(): PythonValue {
    let left = this.#factor();
    for (;;) {
      const operator = this.#takeOne('*', '/', '//', '%');
      if (operator === undefined) return left;
      left = this.#calculate(operator, left, this.#factor());
    }
  }

  #factor(): PythonValue {
    const sign = this.#takeOne('-', '+');
    if (sign === undefined) return this.#power();
    return this.#deeper(() => this.#calculate(sign, 0, this.#factor()));
  }

  #power(): PythonValue {
    const base = this.#atom();
    return this.#takes('**') ? this.#deeper(() => this.#calculate('**', base, this.#factor())) : base;
  }

  #calculate(operator: string, left: PythonValue, right: PythonValue): number {
    if (typeof left !== 'number' || typeof right !== 'number')
      throw this.#refusal('only numbers can be calculated with');
    const result = operators[operator]?.(left, right) ?? Number.NaN;
    if (!Number.isFinite(result)) throw this.#refusal('the number is not finite');
    return result + 0;
  }

  #atom(): PythonValue {
    const token = this.#next;
    if (token === undefined) throw this.#refusal();
    this.#at += 1;
    if (token.kind === 'number') return this.#number(token);
    if (token.kind === 'string') return this.#text(token.text);
    if (token.kind === 'name') return this.#name(token);
    if (token.text === '[') return this.#deeper(() => this.#items(']'));
    if (token.text === '(') return this.#deeper(() => this.#parenthesis());
    if (token.text === '{') return this.#deeper(() => this.#dict());
    this.#at -= 1;
    throw this.#refusal();
  }

  #number({ text }: PythonToken): number {
    const value = Number(text.replaceAll('_', ''));
    if (!Number.isFinite(value)) throw this.#refusal(`${text} is not a number`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[0-9_]+$/.test(text))
      throw this.#refusal(`${text} is too large`);
    return value;
  }

  /** Texts that follow one another are one. */
  #text(start: string): string {
    let whole = start;
    while (this.#next?.kind === 'string') {
      whole += this.#next.text;
      this.#at += 1;
    }
    return whole;
  }

  #name({ text }: PythonToken): PythonValue {
    if (Object.hasOwn(constants, text)) return constants[text] ?? null;
    const value = this.#place.values.get(text);
    const isKnown = this.#place.values.has(text) && !['(', '.', '['].includes(this.#next?.text ?? '');
    if (!isKnown || value === undefined) {
      this.#at -= 1;
      throw this.#refusal();
    }
    return value;
  }

  #items(end: string): PythonValue[] {
    const items: PythonValue[] = [];
    while (!this.#takes(end)) {
      items.push(this.#sum());
      if (!this.#takes(',') && this.#next?.text !== end) throw this.#refusal();
    }
    return items;
  }

  /** A comma makes a tuple of it. */
  #parenthesis(): PythonValue {
    const start = this.#at;
    const items = this.#items(')');
    const isTuple = items.length !== 1 || this.#tokens[this.#at - 2]?.text === ',' || start === this.#at - 1;
    return isTuple ? items : (items[0] ?? null);
  }

  #dict(): PythonValue {
    const entries: [string, PythonValue][] = [];
    while (!this.#takes('}')) {
      const key = this.#key(this.#sum());
      if (!this.#takes(':')) throw this.#refusal();
      entries.push([key, this.#sum()]);
      if (!this.#takes(',') && this.#next?.text !== '}') throw this.#refusal();
    }
    return Object.fromEntries(entries);
  }

  #key(value: PythonValue): string {
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw this.#refusal('a key must be a text or a number');
  }

  #deeper<Value>(read: () => Value): Value {
    this.#depth += 1;
    if (this.#depth > deepest) throw this.#refusal('it is nested too deeply');
    const value = read();
    this.#depth -= 1;
    return value;
  }

  get #next(): PythonToken | undefined {
    return this.#tokens[this.#at];
  }

  #takes(text: string): boolean {
    return this.#takeOne(text) !== undefined;
  }

  #takeOne(...texts: readonly string[]): string | undefined {
    const token = this.#next;
    if (token?.kind !== 'mark' || !texts.includes(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }

  #refusal(why?: string): PythonError {
    const token = this.#next;
    const shown = token === undefined ? 'its end' : JSON.stringify(token.text.slice(0, 40));
    return new PythonError(
      token?.line ?? this.#place.line,
      why ?? `${shown} is not part of a literal, and nothing is executed`,
    );
  }
}

const constants: Readonly<Record<string, PythonValue>> = { True: true, False: false, None: null };

const operators: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '//': (left, right) => Math.floor(left / right),
  // Python's remainder has the sign of the divisor.
  '%': (left, right) => ((left % right) + right) % right,
  '**': (left, right) => left ** right,
};
