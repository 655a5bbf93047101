import type { Token } from './token.ts';

export interface Import {
  /** Undefined when it is computed, so that nobody can tell what it names. */
  readonly specifier: string | undefined;
  readonly at: number;
}

/** Every import, export-from, side-effect import, `import()`, `import('…').Type` and `require()`. */
export function listImports(tokens: readonly Token[]): readonly Import[] {
  return tokens.flatMap((token, index) => {
    const found = findImport(tokens, index);
    return found === undefined ? [] : [{ specifier: found.specifier, at: token.at }];
  });
}

type Found = { readonly specifier: string | undefined };

function findImport(tokens: readonly Token[], index: number): Found | undefined {
  const token = tokens[index];
  if (token?.kind !== 'word' || isMark(tokens[index - 1], '.')) return undefined;
  if (token.text === 'import') return readImport(tokens, index + 1);
  if (token.text === 'export') return readExport(tokens, index + 1);
  return token.text === 'require' && isMark(tokens[index + 1], '(') ? readCall(tokens, index + 2) : undefined;
}

function readImport(tokens: readonly Token[], index: number): Found | undefined {
  const next = tokens[index];
  if (next?.kind === 'string') return { specifier: next.text };
  if (isMark(next, '(')) return readCall(tokens, index + 1);
  return readFrom(tokens, index);
}

function readExport(tokens: readonly Token[], index: number): Found | undefined {
  const start = isWord(tokens[index], 'type') ? index + 1 : index;
  return isMark(tokens[start], '*') || isMark(tokens[start], '{') ? readFrom(tokens, start) : undefined;
}

function readCall(tokens: readonly Token[], index: number): Found {
  const isWhole = isMark(tokens[index + 1], ')') || isMark(tokens[index + 1], ',');
  const literal = tokens[index];
  return { specifier: literal?.kind === 'string' && isWhole ? literal.text : undefined };
}

/** Reads `{ a, b as c } from 'x'`; what is neither a name, a comma nor a brace ends the search. */
function readFrom(tokens: readonly Token[], start: number): Found | undefined {
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    const next = tokens[index + 1];
    if (isWord(token, 'from') && next?.kind === 'string') return { specifier: next.text };
    if (token?.kind === 'mark' && !/[{},*]/.test(token.text)) return undefined;
    if (isMark(token, '}') && !isWord(next, 'from')) return undefined;
  }
  return undefined;
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}
