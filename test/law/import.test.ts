import { expect, test } from 'vitest';
import { listImports } from './import.ts';
import { tokenize } from './token.ts';

const list = (source: string) => listImports(tokenize(source)).map(({ specifier }) => specifier);

test.each([
  [`import a from 'x';`, ['x']],
  [`import type { A, B as C } from "x"`, ['x']],
  [`import * as a from 'x' with { type: 'json' };`, ['x']],
  [`import {\n  a, // from 'no'\n  type B,\n} from 'x';`, ['x']],
  [`import { from } from 'x';`, ['x']],
  [`import 'x';`, ['x']],
  [`export * from 'x';`, ['x']],
  [`export * as a from 'x';`, ['x']],
  [`export type { A } from 'x';`, ['x']],
  [`const a = await import('x');`, ['x']],
  ['const a = await import(`x`);', ['x']],
  [`let a: import('x').A;`, ['x']],
  [`const a = require('x');`, ['x']],
  ['const a = `${await import("x")}`;', ['x']],
  [`const a = /'/; import('x'); const b = /'/;`, ['x']],
])('an import is seen: %s', (source, expected) => {
  expect(list(source)).toEqual(expected);
});

test.each([`import(name)`, 'import(`./${name}.ts`)', `import('x' + y)`, `import('x' as string)`])(
  'a computed import is seen as one that cannot be judged: %s',
  (source) => {
    expect(list(source)).toEqual([undefined]);
  },
);

test.each([
  `// import 'x'`,
  `/* import 'x' */`,
  `const a = "import 'x'";`,
  "const a = `import 'x'`;",
  "const a = `${1} import 'x'`;",
  `const a = /import 'x'/;`,
  `export { a }; const b = [a, 'from', 'x'];`,
  `export const a = { from: 'x' };`,
  `import.meta.resolve('x');`,
  `a.import('x');`,
  `const a = { import: 'x' };`,
])('what is no import is left alone: %s', (source) => {
  expect(list(source)).toEqual([]);
});
