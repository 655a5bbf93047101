export interface Token {
  readonly kind: 'word' | 'string' | 'mark';
  readonly text: string;
  /** Offset in the source. */
  readonly at: number;
}

interface Cursor {
  readonly source: string;
  readonly tokens: Token[];
  at: number;
  /** Open braces inside each `${…}` that is being read, innermost last. */
  readonly templates: number[];
}

const SKIPPED = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#![^\n]*/y;
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*/uy;
const REGEXP = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
/** Words after which a slash begins a regular expression, not a division. */
const BEFORE_REGEXP = /^(?:return|typeof|case|in|of|do|else|void|throw|new|delete|await|yield|default)$/;

/** Splits TypeScript or JavaScript into words, strings (without quotes) and single marks; comments and patterns are left out. */
export function tokenize(source: string): readonly Token[] {
  const cursor: Cursor = { source, tokens: [], at: 0, templates: [] };
  while (cursor.at < source.length) readNext(cursor);
  return cursor.tokens;
}

/** Counts from 1. */
export function findLine(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}

function readNext(cursor: Cursor): void {
  if (take(cursor, SKIPPED) !== undefined) return;
  const at = cursor.at;
  const text = take(cursor, STRING);
  if (text !== undefined) return push(cursor, { kind: 'string', text: text.slice(1, -1), at });
  const word = take(cursor, WORD);
  if (word !== undefined) return push(cursor, { kind: 'word', text: word, at });
  if (startsRegExp(cursor) && take(cursor, REGEXP) !== undefined)
    return push(cursor, { kind: 'word', text: '/…/', at });
  readMark(cursor);
}

function readMark(cursor: Cursor): void {
  const at = cursor.at;
  const text = cursor.source.charAt(at);
  cursor.at += 1;
  const open = cursor.templates.at(-1);
  if (text === '`') return readTemplate(cursor, at);
  if (text === '}' && open === 0) {
    cursor.templates.pop();
    return readTemplate(cursor, at);
  }
  if (open !== undefined) cursor.templates[cursor.templates.length - 1] = open + braceStep(text);
  push(cursor, { kind: 'mark', text, at });
}

/** A template without a substitution is a string like any other; one with some leaves a mark, so that it is not taken for one. */
function readTemplate(cursor: Cursor, at: number): void {
  const isStart = cursor.source.charAt(at) === '`';
  const text = take(cursor, TEMPLATE_TEXT) ?? '';
  const isEnd = cursor.source.charAt(cursor.at) === '`';
  cursor.at += isEnd ? 1 : 2;
  if (!isEnd) cursor.templates.push(0);
  push(cursor, isStart && isEnd ? { kind: 'string', text, at } : { kind: 'mark', text: '`', at });
}

function startsRegExp({ source, at, tokens }: Cursor): boolean {
  if (source.charAt(at) !== '/') return false;
  const last = tokens.at(-1);
  if (last === undefined) return true;
  if (last.kind === 'mark') return !/[)\]}`]/.test(last.text);
  return last.kind === 'word' && BEFORE_REGEXP.test(last.text);
}

function braceStep(text: string): number {
  if (text === '{') return 1;
  return text === '}' ? -1 : 0;
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.source)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function push(cursor: Cursor, token: Token): void {
  cursor.tokens.push(token);
}
