import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const daemon = join(root, 'packages/daemon/src');

/** Paths in backticks that name a file or a folder of the project. */
function findPaths(text: string): string[] {
  return [...text.matchAll(/`((?:[\w.-]+\/)+(?:[\w.-]+\.(?:ts|md))?)`/g)].map((match) => match[1] ?? '');
}

/** The room table says `daemon/main.ts` for what lies in the daemon's sources. */
function isThere(path: string): boolean {
  if (path.startsWith('daemon/')) return existsSync(join(daemon, path.slice('daemon/'.length)));
  return [root, daemon].some((base) => existsSync(join(base, path)));
}

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  ...['decisions', 'checklists'].flatMap((folder) =>
    readdirSync(join(root, 'docs', folder)).map((name) => `docs/${folder}/${name}`),
  ),
];

test.each(documents)('%s names only files that are there', (document) => {
  const absent = findPaths(readFileSync(join(root, document), 'utf8')).filter((path) => !isThere(path));
  expect(absent).toEqual([]);
});

test.each(documents)('%s links only to what is there', (document) => {
  const links = [...readFileSync(join(root, document), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
    (match) => match[1] ?? '',
  );
  expect(links.filter((link) => !existsSync(join(root, document, '..', link)))).toEqual([]);
});

test('a path that is not there would be found', () => {
  expect(findPaths('see `core/plan.ts`, `adapters/docker/` and `no code()`')).toEqual([
    'core/plan.ts',
    'adapters/docker/',
  ]);
  expect(isThere('core/no-such-thing.ts')).toBe(false);
});
