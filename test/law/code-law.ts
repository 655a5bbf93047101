import type { Token } from './token.ts';

/** Each finder returns the offsets of what breaks its law. */
export type CodeLaw = (tokens: readonly Token[]) => readonly number[];

export const findDefaultExports: CodeLaw = (tokens) =>
  search(tokens, [/\bexport default\b/g, /\bexport (?:type )?\{[^}]*\bas default\b/g, /\bexport = /g]);

/** A file that only passes on what others export. */
export const findBarrel: CodeLaw = (tokens) => {
  const statements = render(tokens).text.split(' ; ');
  const isPassing = (text: string) => /^(?:import\b|export (?:type )?[*{]|;?$)/.test(text);
  const passesOn = statements.some((text) => text.startsWith('export'));
  return passesOn && statements.every(isPassing) ? [0] : [];
};

/** A shell reads its words again: a name with a space, a quote or a `$(…)` in it becomes a command. */
export const findShells: CodeLaw = (tokens) => {
  const anywhere = search(tokens, [
    /\{[^}]*\bexec(?:Sync)?\b[^}]*\} from '(?:node:)?child_process'/g,
    /\bimport (?:type )?(?:\* as )?[\w$]+ from '(?:node:)?child_process'/g,
    /\bshell : true\b/g,
  ]);
  const startsProcesses = search(tokens, [/'(?:node:)?child_process'/g]).length > 0;
  const shells = [/\bshell : (?!true|false|undefined)/g, /\( '(?:[\w/]*\/)?(?:sh|bash|dash|ash|zsh)' ,/g];
  return startsProcesses ? [...anywhere, ...search(tokens, shells)] : anywhere;
};

export const findEnvironmentReads: CodeLaw = (tokens) =>
  search(tokens, [
    /\bprocess (?:\? )?\. env\b/g,
    /\bprocess \[ 'env' \]/g,
    /\{[^{}]*\benv\b[^{}]*\} = process\b(?! \.)/g,
    /\{[^}]*\benv\b[^}]*\} from '(?:node:)?process'/g,
    /\bimport \. meta \. env\b/g,
  ]);

/** What answers differently the next time it is asked, and what acts. */
export const findWorldlyGlobals: CodeLaw = (tokens) =>
  search(tokens, [
    /\b(?:Date|performance) \. now\b/g,
    /\bnew Date \( \)/g,
    /\bMath \. random\b/g,
    /(?<!\. )\b(?:process|crypto|console|globalThis) \./g,
    /(?<!\. )\b(?:fetch|setTimeout|setInterval|setImmediate|queueMicrotask) \(/g,
  ]);

const EMPTY_NAMES = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'types', 'misc']);

/** The part of a path that says nothing about what is inside. */
export function findEmptyName(path: string): string | undefined {
  const stems = path.split('/').map((part) => part.split('.')[0] ?? '');
  return stems.find((stem) => EMPTY_NAMES.has(stem) || /(?:^|-)managers?$/.test(stem));
}

function search(tokens: readonly Token[], patterns: readonly RegExp[]): readonly number[] {
  const { text, starts } = render(tokens);
  const places = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(({ index }) => index));
  return places.map((place) => tokens[starts.findLastIndex((start) => start <= place)]?.at ?? 0);
}

/** The code with one space between any two tokens, so that patterns need not know how it was laid out. */
function render(tokens: readonly Token[]): { readonly text: string; readonly starts: readonly number[] } {
  const starts: number[] = [];
  let text = '';
  for (const token of tokens) {
    starts.push(text.length);
    text += `${renderToken(token)} `;
  }
  return { text, starts };
}

/** Prose is left out: a message that speaks of a law does not break it. */
function renderToken({ kind, text }: Token): string {
  if (kind !== 'string') return text;
  return /^\S*$/.test(text) ? `'${text}'` : "'…'";
}
