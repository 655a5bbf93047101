import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findLine, type Token, tokenize } from './token.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly tokens: readonly Token[];
}

const SOURCES = ['*.{ts,js,mjs}', 'packages/*/{src,bin}/**/*.{ts,tsx,js,mjs}', '{scripts,test,bench}/**/*.{ts,js,mjs}'];

/** All hand-written code. */
export function listSourceFiles(): readonly SourceFile[] {
  return listFiles(SOURCES).map((path) => {
    const text = readText(path);
    return { path, text, tokens: tokenize(text) };
  });
}

export function listFiles(patterns: readonly string[]): readonly string[] {
  const exclude = ['**/node_modules/**', '**/dist/**', '**/generated/**'];
  return globSync(patterns, { cwd: ROOT, exclude }).toSorted();
}

export function readText(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

export function hasFile(path: string): boolean {
  return existsSync(ROOT + path);
}

export function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** `path:line`, as editors and terminals open it. */
export function locate(file: SourceFile, at: number): string {
  return `${file.path}:${findLine(file.text, at)}`;
}

/** Tests put rooms together as they need them: the table of rooms does not bind them. */
export function isTest(path: string): boolean {
  return /\.(?:test|contract)\.ts$/.test(path);
}
