import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../core/app.ts';
import { importUptime } from './import-uptime.ts';
import { readUptime } from './read-uptime.ts';
import { deployed } from './test-app.contract.ts';
import { ada, openTestContext, root, type TestContext } from './test-context.contract.ts';

const hour = 3_600_000;

let context: TestContext;
let app: App;
let begin: number;
beforeEach(async () => {
  context = await openTestContext();
  app = await deployed(context, ada, 'blog');
  begin = context.clock.now();
  note('running', begin);
});
afterEach(() => context.close());

function note(state: 'running' | 'paused', at: number): void {
  const { id, name, owner, engine } = app;
  const begunAt = context.uptime.find(id)?.begunAt ?? begin;
  context.uptime.note({ kind: 'app', id, name, owner, engine, begunAt, endedAt: null, last: null }, { at, state });
}

const marks = (...hours: readonly [number, 'running' | 'stopped' | 'unknown'][]) =>
  hours.map(([ago, state]) => ({ at: begin - ago * hour, state }));
const add = (given: ReturnType<typeof marks>, actor = root) =>
  importUptime(context, actor, { name: 'blog', marks: given });

async function told(): Promise<unknown> {
  const { spans } = await readUptime(context, ada, { name: 'blog', since: 0, until: context.clock.now() });
  return spans?.map(({ since, state }) => [(begin - since) / hour, state]);
}

test('what was recorded elsewhere comes before what Berth saw, and stays', async () => {
  context.clock.advance(2 * hour);
  note('paused', begin + hour);
  expect(await add(marks([5, 'running'], [3, 'stopped'], [2, 'unknown']))).toMatchObject({
    since: begin - 5 * hour,
    added: 3,
  });
  const expected = [
    [5, 'running'],
    [3, 'stopped'],
    [2, 'unknown'],
    [0, 'running'],
    [-1, 'paused'],
  ];
  expect(await told()).toEqual(expected);
  await context.uptime.flush();
  await context.uptime.load();
  expect(await told()).toEqual(expected);
});

test('it is added once, and older parts in front of newer ones', async () => {
  await add(marks([3, 'running']));
  expect((await add(marks([3, 'stopped'], [1, 'running']))).added).toBe(0);
  expect((await add(marks([9, 'stopped'], [3, 'stopped'], [1, 'stopped']))).added).toBe(1);
  context.clock.advance(hour);
  expect(await told()).toEqual([
    [9, 'stopped'],
    [3, 'running'],
  ]);
});

test('several at once lose nothing of what is seen meanwhile', async () => {
  context.clock.advance(4 * hour);
  const adding = [1, 2, 3, 4].map((ago) => add(marks([ago, 'stopped'])));
  note('paused', begin + hour);
  await Promise.all(adding);
  note('running', begin + 2 * hour);
  expect(await told()).toEqual([
    [4, 'stopped'],
    [0, 'running'],
    [-1, 'paused'],
    [-2, 'running'],
  ]);
});

test('administrators may, in the order of time, for an app that was seen', async () => {
  await expect(add(marks([1, 'running']), ada)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(add(marks([1, 'running'], [1, 'stopped']))).rejects.toMatchObject({ code: 'validation-failed' });
  await expect(add(marks([1, 'running'], [2, 'stopped']))).rejects.toMatchObject({ code: 'validation-failed' });
  await expect(importUptime(context, root, { name: 'none', marks: [] })).rejects.toMatchObject({
    code: 'app-not-found',
  });
  await deployed(context, ada, 'unseen');
  await expect(importUptime(context, root, { name: 'unseen', marks: [] })).rejects.toMatchObject({
    code: 'wrong-state',
  });
  expect(await told()).toEqual([]);
});
