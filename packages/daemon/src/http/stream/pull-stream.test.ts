import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { until } from '../test-api.contract.ts';
import { begun } from './begun.ts';
import { pullStream } from './pull-stream.ts';

const options = {
  render: (item: number) => `${item} `,
  renderError: (error: unknown) => `(${(error as Error).message})`,
};

async function* numbers(count: number): AsyncGenerator<number, void> {
  for (let number = 1; number <= count; number += 1) yield number;
}

test('items come as text, in order, to their end', async () => {
  expect(await text(pullStream(numbers(4), options))).toBe('1 2 3 4 ');
});

test('an error on the way is the last word', async () => {
  async function* broken(): AsyncGenerator<number, void> {
    yield 1;
    throw new Error('broken');
  }
  expect(await text(pullStream(broken(), options))).toBe('1 (broken)');
});

test('nothing is taken ahead of a reader who does not read', async () => {
  let taken = 0;
  async function* many(): AsyncGenerator<number, void> {
    for (;;) yield (taken += 1);
  }
  const stream = pullStream(many(), { ...options, render: () => 'x'.repeat(8192) });
  stream.on('readable', () => {});
  await until(() => taken > 5);
  const before = taken;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(taken).toBe(before);
  stream.destroy();
});

test('a stream that is destroyed ends its items', async () => {
  let ended = false;
  async function* endless(): AsyncGenerator<number, void> {
    try {
      for (;;) {
        yield 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      ended = true;
    }
  }
  const stream = pullStream(endless(), options);
  await new Promise((resolve) => stream.once('data', resolve));
  stream.destroy();
  await until(() => ended);
});

test('a silent stream beats, a talking one does not wait for it', async () => {
  let asked = 0;
  const silent = pullStream(
    { next: () => new Promise<never>(() => (asked += 1)) },
    { ...options, heartbeat: { text: '.', everyMs: 5 } },
  );
  let heard = '';
  silent.on('data', (data: Buffer) => (heard += data.toString()));
  await until(() => heard.length > 3);
  silent.destroy();
  expect(heard).toMatch(/^\.+$/);
  expect(asked).toBe(1);
  expect(await text(pullStream(numbers(2), { ...options, heartbeat: { text: '.', everyMs: 10_000 } }))).toBe('1 2 ');
});

test('a refusal is thrown before anything has begun', async () => {
  const refused = { next: () => Promise.reject(new Error('refused')) };
  await expect(begun({ [Symbol.asyncIterator]: () => refused })).rejects.toThrow('refused');
});

test('items that take their time have begun, and none is lost', async () => {
  async function* late(): AsyncGenerator<number, void> {
    await new Promise((resolve) => setTimeout(resolve, 150));
    yield* numbers(2);
  }
  expect(await text(pullStream(await begun(late()), options))).toBe('1 2 ');
});
