import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parsePythonFile } from './python-literal.ts';
import { PythonError } from './python-token.ts';

/** Each is an expression of Python, and what it is in JSON. */
const literals: readonly (readonly [source: string, value: unknown])[] = [
  ['9000', 9000],
  ['-1_000', -1000],
  ['0x1F', 31],
  ['0b101 + 0o17', 20],
  ['1.5e3', 1500],
  ['.5', 0.5],
  ['60 * 60', 3600],
  ['2 + 3 * 4 - 10 // 3', 11],
  ['(2 + 3) * 4', 20],
  ['-7 % 3', 2],
  ['-2 ** 2', -4],
  ['7 / 2', 3.5],
  ['True', true],
  ['False', false],
  ['None', null],
  [String.raw`'it\'s \x41\u00e9\101\n'`, "it's AéA\n"],
  [String.raw`r'C:\new'`, String.raw`C:\new`],
  [String.raw`'\d stays'`, String.raw`\d stays`],
  [`"""two\nlines 'and' "quotes" in one"""`, `two\nlines 'and' "quotes" in one`],
  ['\'one \' "two"', 'one two'],
  ["('split '\n 'over lines')", 'split over lines'],
  ["'a' + 'b'", 'ab'],
  ["'#no comment'", '#no comment'],
  ['[1, [2, 3,], (), (4,), (5)]', [1, [2, 3], [], [4], 5]],
  ['1, 2', [1, 2]],
  ["{'a': {'b': [1, None]}, 2: 'two', # why\n}", { a: { b: [1, null] }, 2: 'two' }],
  ["{'__proto__': 1}", JSON.parse('{"__proto__": 1}')],
  ['1 + \\\n 2', 3],
];

/** What a Python says of them all; undefined where there is none. */
function askPython(): unknown {
  const program = `import json,sys\nprint(json.dumps([eval(one) for one in json.load(sys.stdin)]))`;
  try {
    const input = JSON.stringify(literals.map(([source]) => `(${source})`));
    return JSON.parse(execFileSync('python3', ['-c', program], { input, encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}

describe('a Python file', () => {
  test.each(literals)('%j is %j', (source, value) => {
    const { values, skipped } = parsePythonFile(`X = ${source}\n`);
    expect(skipped).toEqual([]);
    expect(values.get('X')).toEqual(value);
  });

  test('means what Python means by it', (context) => {
    const heard = askPython();
    if (heard === undefined) return context.skip('there is no python3 here');
    expect(heard).toEqual(literals.map(([, value]) => value));
  });

  test('is read with its annotations, its comments and what was assigned before', () => {
    const source = `"""What it is."""\r\nSTART = 9000 # first\r\nLAST: int = START + 3\r\nIMAGES: dict[str, str] = {\r\n    # 'id': 'image'\r\n    '1': 'one:2',\r\n}\r\n`;
    const { values, skipped } = parsePythonFile(source);
    expect(Object.fromEntries(values)).toEqual({ START: 9000, LAST: 9003, IMAGES: { 1: 'one:2' } });
    expect(skipped).toEqual([]);
  });

  test.each([
    ['import platform', 1, 'it is no assignment to a name'],
    ['A = 1\nWINDOWS = platform.system() == "Windows"', 2, '"platform" is not part of a literal'],
    ['A = __import__("os").system("id")', 1, '"__import__" is not part of a literal'],
    ['A = f"{1}"', 1, '"f" is not part of a literal'],
    ['A = b"1"', 1, '"b" is not part of a literal'],
    ['A = [x for x in y]', 1, '"x" is not part of a literal'],
    ['A = {1, 2}', 1, '"," is not part of a literal'],
    ['A = 1 if True else 2', 1, '"if" is not part of a literal'],
    ['A = B = 1', 1, '"B" is not part of a literal'],
    ['A["x"] = 1', 1, 'it is no assignment to a name'],
    ['A += 1', 1, 'it is no assignment to a name'],
    ['A: int', 1, 'it is no assignment to a name'],
    ['A = ', 1, 'its end is not part of a literal'],
    ['A = 1 / 0', 1, 'the number is not finite'],
    ["A = 'x' * 1000000000", 1, 'only numbers can be calculated with'],
    ['A = 9 ** 9 ** 9', 1, 'the number is not finite'],
    ['A = 12345678901234567890', 1, 'is too large'],
    [`A = ${'['.repeat(5000)}${']'.repeat(5000)}`, 1, 'it is nested too deeply'],
    [`A = ${'-'.repeat(5000)}1`, 1, 'it is nested too deeply'],
  ])('executes nothing: %j is left out, and said to be', (source, line, why) => {
    const { values, skipped } = parsePythonFile(source);
    expect(skipped).toEqual([{ line, why: expect.stringContaining(why) as string }]);
    expect([...values.keys()]).toEqual(line === 2 ? ['A'] : []);
  });

  test('takes nothing from inside of functions and classes', () => {
    const { values } = parsePythonFile('def f():\n    A = 1\n\tB = 2\nC = 3\n');
    expect(Object.fromEntries(values)).toEqual({ C: 3 });
  });

  test('forgets what is assigned again in a way that it cannot read', () => {
    const { values } = parsePythonFile('A = 1\nA = open("x")\n');
    expect(values.has('A')).toBe(false);
  });

  test.each([
    ["A = 'open", 1, 'the text is not closed'],
    ["A = 1\nB = {\n 'a': [1,\n}", 4, 'the } closes nothing'],
    ['A = [1,\n2', 1, 'the [ is not closed'],
    ['A = """x\n', 1, 'the text is not closed'],
    ['A = $1', 1, 'the character "$" is not Python'],
    ['A = "\\N{BULLET}"', 1, 'write the character itself'],
  ])('that cannot be taken apart is refused: %j', (source, line, message) => {
    const error = catchError(() => parsePythonFile(source));
    expect(error).toBeInstanceOf(PythonError);
    expect(error).toMatchObject({ line });
    expect((error as Error).message).toContain(message);
  });
});

function catchError(task: () => unknown): unknown {
  try {
    return task();
  } catch (error) {
    return error;
  }
}
