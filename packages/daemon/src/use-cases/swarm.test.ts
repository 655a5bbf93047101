import { afterEach, beforeEach, expect, test } from 'vitest';
import { Problem } from '@berth/spec/problem';
import { listNodes, ModeReader } from './swarm.ts';
import { ada, openTestContext, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
let modes: ModeReader;
beforeEach(async () => {
  context = await openTestContext();
  modes = new ModeReader(context);
});
afterEach(() => context.close());

test('the mode of an engine is asked for anew, at most twice a second', async () => {
  const reads = [modes.read('local'), modes.read('local')];
  expect(await Promise.all(reads)).toEqual([
    { mode: 'solo', isThere: true },
    { mode: 'solo', isThere: true },
  ]);
  context.engine.controls.setSwarm(true);
  expect((await modes.read('local')).mode).toBe('solo');
  expect(context.engine.controls.count('swarm.mode')).toBe(1);
  context.clock.advance(500);
  expect((await modes.read('local')).mode).toBe('swarm');
});

test('an engine that is known to be away is not asked', async () => {
  setConnected(context, 'local', false);
  expect(await modes.read('local')).toEqual({ mode: 'solo', isThere: false });
  expect(context.engine.controls.count('swarm.mode')).toBe(0);
});

test('one that goes away, or is silent, is not there; one that refuses to say is', async () => {
  context.engine.controls.setReachable(false);
  expect((await modes.read('local')).isThere).toBe(false);
  context.engine.controls.setReachable(true);
  context.clock.advance(1000);
  context.engine.controls.failNext('swarm.mode', new Problem('engine-failed', 'no'));
  expect((await modes.read('local')).isThere).toBe(true);
  context.clock.advance(1000);
  context.engine.controls.slow(60_000);
  const silent = modes.read('local');
  context.clock.advance(5000);
  expect((await silent).isThere).toBe(false);
});

test('nodes are those of a swarm that is there', async () => {
  await expect(listNodes(context, ada, 'local')).rejects.toMatchObject({ code: 'engine-failed' });
  context.engine.controls.setSwarm(true);
  expect(await listNodes(context, ada, 'local')).toMatchObject([{ hostname: 'memory', isSelf: true }]);
  setConnected(context, 'local', false);
  await expect(listNodes(context, ada, 'local')).rejects.toMatchObject({ code: 'engine-unreachable' });
});
