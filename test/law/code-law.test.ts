import { describe, expect, test } from 'vitest';
import {
  type CodeLaw,
  findBarrel,
  findDefaultExports,
  findEmptyName,
  findEnvironmentReads,
  findShells,
  findWorldlyGlobals,
} from './code-law.ts';
import { countLines, isTest, listFiles, listSourceFiles, locate, readText, type SourceFile } from './source-file.ts';
import { tokenize } from './token.ts';

const files = listSourceFiles();

const MAY_READ_ENVIRONMENT =
  /^(?:[^/]+|(?:scripts|test|bench|packages\/(?:cli|daemon)\/bin|packages\/daemon\/src\/config)\/.+|.+\/(?:main|chp)\.ts)$/;
/** Vitest and other tools ask for a default export of what they load. */
const MAY_EXPORT_DEFAULT = /^[^/]+\.config\.ts$|(?:^|\/)global-setup\.ts$/;

describe('the whole repository', () => {
  test('has no default export: a thing has one name wherever it is used', () => {
    expect(complain(findDefaultExports, ({ path }) => !MAY_EXPORT_DEFAULT.test(path))).toEqual([]);
  });

  test('has no file that only re-exports: an import names the file where the thing lives', () => {
    expect(complain(findBarrel)).toEqual([]);
  });

  test('starts no shell: a shell takes parts of names and settings for commands', () => {
    expect(complain(findShells)).toEqual([]);
  });

  test('reads the environment where it starts and in its settings only: elsewhere it would be a hidden parameter', () => {
    expect(complain(findEnvironmentReads, ({ path }) => !MAY_READ_ENVIRONMENT.test(path))).toEqual([]);
  });

  test('asks core and spec no clock and no chance: time and identifiers come in as arguments', () => {
    const isPure = ({ path }: SourceFile) => /^packages\/(?:spec\/src|daemon\/src\/core)\//.test(path) && !isTest(path);
    expect(complain(findWorldlyGlobals, isPure)).toEqual([]);
  });

  test('has no file named after nothing: such a name keeps no stranger out', () => {
    const paths = listFiles(['{packages,scripts,test,bench}/**/*']);
    expect(paths.filter((path) => findEmptyName(path) !== undefined)).toEqual([]);
  });

  test('has no file over 400 lines: it holds more than one thing', () => {
    const long = files.map(({ path, text }) => ({ path, lines: countLines(text) })).filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});

describe('documents stay short enough to be read', () => {
  test.each([
    ['ARCHITECTURE.md', 150],
    ['README.md', 100],
    ['docs/checklists/*.md', 12],
  ])('%s has at most %d lines', (pattern, max) => {
    expect(listFiles([pattern]).filter((path) => countLines(readText(path)) > max)).toEqual([]);
  });
});

describe('each law can be broken', () => {
  test.each<[CodeLaw, string]>([
    [findDefaultExports, 'export default function start() {}'],
    [findDefaultExports, 'const a = 1; export { a as default };'],
    [findDefaultExports, `export { a as default } from './a.ts';`],
    [findBarrel, `export * from './a.ts';`],
    [findBarrel, `export * from './a.ts';\nexport type { B } from './b.ts';\n`],
    [findBarrel, `import { a } from './a.ts';\nexport { a };`],
    [findShells, `import { exec } from 'node:child_process';`],
    [findShells, `import { spawn, execSync as run } from 'child_process';`],
    [findShells, `import * as processes from 'node:child_process';`],
    [findShells, `run(command, { shell: true });`],
    [findShells, `import { spawn } from 'node:child_process'; spawn(a, [], { shell: '/bin/bash' });`],
    [findShells, `import { spawn } from 'node:child_process'; spawn('sh', ['-c', a]);`],
    [findEnvironmentReads, 'const home = process.env.HOME;'],
    [findEnvironmentReads, `const home = process['env'].HOME;`],
    [findEnvironmentReads, 'const { env } = process;'],
    [findEnvironmentReads, `import { env } from 'node:process';`],
    [findWorldlyGlobals, 'const at = Date.now();'],
    [findWorldlyGlobals, 'const at = new Date();'],
    [findWorldlyGlobals, 'const id = crypto.randomUUID();'],
    [findWorldlyGlobals, 'const id = Math.random();'],
    [findWorldlyGlobals, 'setTimeout(go, 10);'],
  ])('%o by %s', (law, source) => {
    expect(law(tokenize(source))).not.toEqual([]);
  });

  test.each<[CodeLaw, string]>([
    [findDefaultExports, 'switch (a) { default: b(); }'],
    [findBarrel, `export { a } from './a.ts';\nexport const b = 1;`],
    [findBarrel, `import './a.ts';\nstart();`],
    [findShells, `// shell: true\nimport { spawn, execFile } from 'node:child_process'; pattern.exec(text);`],
    [findShells, `const exec = { command: ['sh', '-c', 'ls'], shell: z.string() };`],
    [findEnvironmentReads, 'const { env } = spec; process.exit(1);'],
    [findWorldlyGlobals, 'const at = new Date(clock.nowMs); port.fetch(at); app.process.pid;'],
  ])('%o is kept by %s', (law, source) => {
    expect(law(tokenize(source))).toEqual([]);
  });

  test.each([
    'packages/x/src/utils.ts',
    'packages/x/src/common/a.ts',
    'test/app-manager.test.ts',
    'scripts/types.d.ts',
  ])('the name %s says nothing', (path) => {
    expect(findEmptyName(path)).toBeDefined();
  });
});

function complain(law: CodeLaw, isBound: (file: SourceFile) => boolean = () => true): readonly string[] {
  return files.filter(isBound).flatMap((file) => law(file.tokens).map((at) => locate(file, at)));
}
