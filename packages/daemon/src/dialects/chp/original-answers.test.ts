import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, type Heard, startAsking } from './ask-examples.contract.ts';
import { type Example, examples } from './example.contract.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/configurable-http-proxy.js', import.meta.url));
const RECORD = new URL('original-answers.json', import.meta.url);

/** By what the example says; `scripts/record-chp.ts` tells how they were recorded. */
const original = new Map(
  (JSON.parse(readFileSync(RECORD, 'utf8')) as readonly Heard[]).map((heard) => [heard.says, heard.answers]),
);
const byFlags = Map.groupBy(examples, ({ flags }) => flags.join(' '));

describe.each([...byFlags])('configurable-http-proxy %s', (_, group) => {
  let program: Asked;
  beforeAll(async () => {
    program = await startAsking([process.execPath, LAUNCHER], group[0]?.flags ?? []);
  }, 30_000);
  afterAll(async () => {
    expect(await program.end()).toBe(2);
  });

  test.each(group.map((example) => [example.says, example] as const))('%s', async (says, example) => {
    const { answers } = await program.ask(example);
    const told = answers.map((answer, index) => ({ ask: example.steps[index]?.ask, answer }));
    expect(told).toEqual(expectedOf(example, original.get(says) ?? []));
  });
});

test('every example was asked of the original', () => {
  expect([...original.keys()].toSorted()).toEqual(examples.map(({ says }) => says).toSorted());
});

function expectedOf({ steps }: Example, recorded: Heard['answers']): unknown[] {
  return steps.map(({ ask, differs }, index) => {
    if (differs === undefined) return { ask, answer: recorded[index] };
    return { ask, answer: expect.objectContaining(differs.answer) as unknown };
  });
}
