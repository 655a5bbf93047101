import { afterEach, beforeEach, expect, test } from 'vitest';
import { actOnApp } from './act-on-app.ts';
import { finish, finishOrYield, whenFree } from './operation-end.ts';
import { abandon, appOf, deploy, deployed, promote, settle } from './test-app.contract.ts';
import { ada, openTestContext, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const act = (verb: 'start' | 'stop' | 'pause') => actOnApp(context, ada, { name: 'shop', verb });

test('who waits is told how it ended, also when it had ended before', async () => {
  const accepted = await deploy(context, ada, 'shop');
  const waiting = finish(context, accepted);
  await promote(context, 'shop');
  await waiting;
  await finish(context, accepted);
  const failing = await deploy(context, ada, 'shop');
  const refused = expect(finish(context, failing)).rejects.toMatchObject({
    facts: { operation: failing.operation.id },
  });
  await abandon(context, 'shop');
  await refused;
});

test('what something newer took the place of was not done, or is done with that', async () => {
  await deployed(context, ada, 'shop');
  const paused = await act('pause');
  const waiting = [finishOrYield(context, paused), finish(context, paused)] as const;
  const superseded = expect(waiting[1]).rejects.toMatchObject({ code: 'operation-superseded' });
  await act('stop');
  await superseded;
  await settle(context, 'shop');
  await waiting[0];
});

test('what is refused for an operation under way is tried again after it', async () => {
  const first = await deploy(context, ada, 'shop');
  let tries = 0;
  const second = whenFree(context, async () => {
    tries += 1;
    return deploy(context, ada, 'shop');
  });
  await promote(context, 'shop');
  expect((await second).operation.id).not.toBe(first.operation.id);
  expect([tries, appOf(context, 'shop').lastRelease]).toEqual([2, 2]);
  await promote(context, 'shop');
  const others = whenFree(context, () => deploy(context, ada, { name: 'shop', owner: 'bob' }));
  await expect(others).rejects.toMatchObject({ code: 'validation-failed' });
});

test('an engine that comes back soon is waited for, one that stays away is not', async () => {
  const waiting = finish(context, await deploy(context, ada, 'shop'));
  const told = expect(waiting).rejects.toMatchObject({
    code: 'engine-unreachable',
    message: expect.stringContaining('the deploy of "shop" goes on when it is back') as string,
  });
  const pass = (connected: boolean): void => {
    setConnected(context, 'local', connected);
    context.clock.advance(15_000);
  };
  for (const connected of [true, false, true, false, false]) pass(connected);
  await told;
});
