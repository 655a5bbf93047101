import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ada,
  bob,
  openTestContext,
  root,
  setConnected,
  type TestContext,
} from '../../use-cases/test-context.contract.ts';
import { AnswerMemo } from './answer-memo.ts';

let context: TestContext;
let memo: AnswerMemo;
let made: number;
beforeEach(async () => {
  context = await openTestContext();
  memo = new AnswerMemo();
  made = 0;
});
afterEach(() => context.close());

const make = async () => Buffer.from(`made ${(made += 1)}`);
const ask = async (question = '/demo/get-app-names', actor = root) =>
  String(await memo.read({ context, actor, engine: 'local', mode: 'solo' }, question, make));

test('an answer is made once for all who may see the same, within a second', async () => {
  expect([await ask(), await ask(), await ask()]).toEqual(['made 1', 'made 1', 'made 1']);
  expect([await ask('/demo/get-users'), await ask()]).toEqual(['made 2', 'made 1']);
  expect([await ask(undefined, ada), await ask(undefined, bob), await ask(undefined, ada)]).toEqual([
    'made 3',
    'made 4',
    'made 3',
  ]);
  context.clock.advance(1000);
  expect(await ask()).toBe('made 5');
});

test('it is made anew after each change of what it tells of', async () => {
  await ask();
  setConnected(context, 'local', true);
  expect(await ask()).toBe('made 2');
  await context.ledger.write(() => ({ changes: [], news: [], result: null }));
  await context.ledger.write(() => ({
    changes: [{ kind: 'user.put', user: { name: 'eve', role: 'user', createdAt: 0 } }],
    result: null,
  }));
  expect(await ask()).toBe('made 3');
});

test('what changed while it was made, or failed, is not kept', async () => {
  const slow = memo.read({ context, actor: root, engine: 'local', mode: 'solo' }, 'q', async () => {
    setConnected(context, 'local', true);
    await ask('other');
    return make();
  });
  expect(String(await slow)).toBe('made 2');
  expect(await ask('q')).toBe('made 3');
  const failing = memo.read({ context, actor: root, engine: 'local', mode: 'solo' }, 'bad', () =>
    Promise.reject(new Error('no')),
  );
  await expect(failing).rejects.toThrow('no');
  expect(await ask('bad')).toBe('made 4');
});

test('no more than a thousand are kept', async () => {
  for (let count = 0; count < 1200; count += 1) await ask(`q${count}`);
  expect(await ask('q0')).toBe('made 1');
  expect(await ask('q1199')).toBe('made 1201');
});
