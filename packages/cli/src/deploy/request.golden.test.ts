import { readFileSync } from 'node:fs';
import { AppRequest } from '@berth/spec/app-spec';
import { expect, test } from 'vitest';
import { sections } from '../command-table.ts';
import { plainPaint } from '../output/paint.ts';
import { createProgram } from '../program/create-program.ts';
import type { Invocation } from '../program/program-options.ts';
import type { PlaceOptions, SpecOptions } from './deploy-option.ts';
import { mergeRequest } from './merge-request.ts';
import { readWish } from './read-wish.ts';

const [, ...cases] = readFileSync(new URL('./request.golden', import.meta.url), 'utf8')
  .replace('\n-----\n', '\n=====\n')
  .split('\n=====\n');

test.each(cases.map(parseCase))('$words', async ({ words, base, request }) => {
  const { options, trailing } = await parse(words.split(' '));
  const world = { environment: { PASSED: 'on' }, workingFolder: '/nonexistent' };
  const wish = await readWish(options as unknown as SpecOptions & PlaceOptions, trailing, world);
  const merged = mergeRequest(base, wish);
  expect(merged).toEqual(request);
  expect(AppRequest.safeParse(merged).error).toBeUndefined();
});

function parseCase(text: string) {
  const [head = '', request = ''] = text.split('\n-----\n');
  const [, base = '{}', words = ''] = /^(?:has (.*)\n)?(.*)$/.exec(head) ?? [];
  return { words, base: JSON.parse(base) as object, request: JSON.parse(request) as unknown };
}

async function parse(words: readonly string[]): Promise<Invocation> {
  const { promise, resolve } = Promise.withResolvers<Invocation>();
  const run = async (invocation: Invocation): Promise<void> => resolve(invocation);
  const program = createProgram({ sections, words, run, write: () => {}, width: 100, paint: plainPaint, version: '' });
  await program.parseAsync(words, { from: 'user' });
  return promise;
}
