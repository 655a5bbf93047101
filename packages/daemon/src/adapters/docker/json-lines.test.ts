import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonLines } from './json-lines.ts';

test('values are the same wherever the chunks are cut, and whatever ends the lines', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 6 }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      async (values, sizes, end) => {
        const bytes = Buffer.from(values.map((value) => JSON.stringify(value) + end).join(''));
        const parsed = values.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        expect(await Array.fromAsync(readJsonLines(cut(bytes, sizes)))).toEqual(parsed);
      },
    ),
  );
});

test('a last line without an end counts', async () => {
  expect(await Array.fromAsync(readJsonLines(cut(Buffer.from('{"a":1}\n{"b":2}'), [9])))).toEqual([{ a: 1 }, { b: 2 }]);
});

test('a line that is not JSON is the engine’s failure', async () => {
  const reading = Array.fromAsync(readJsonLines(cut(Buffer.from('{"a":1}\nnope\n'), [])));
  await expect(reading).rejects.toMatchObject({ code: 'engine-failed' });
});

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let start = 0;
  for (const size of sizes) yield bytes.subarray(start, (start += size));
  yield bytes.subarray(start);
}
