import type { InstanceStats } from '@berth/spec/stats';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appOf, deployed, launch, look } from './test-app.contract.ts';
import { ada, openTestContext, setConnected, type TestContext } from './test-context.contract.ts';
import { followStats, readStats } from './watch-stats.ts';

let context: TestContext;
let controller: AbortController;
beforeEach(async () => {
  context = await openTestContext();
  controller = new AbortController();
  await deployed(context, ada, 'blog');
});
afterEach(async () => {
  controller.abort();
  context.stats.stop();
  await context.close();
});

const turn = () => new Promise(setImmediate);
const streams = () => context.engine.controls.count('containers.stats');
const follow = () => followStats(context, ada, { name: 'blog', signal: controller.signal });

/** Lets time pass, a tenth of a second at a time. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    context.clock.advance(100);
    await turn();
  }
}

async function during<Result>(waiting: Promise<Result>, ms: number): Promise<Result> {
  await turn();
  await pass(ms);
  return waiting;
}

describe('what an app uses', () => {
  test('is told of each running instance', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    const stats = await during(readStats(context, ada, 'blog'), 2000);
    expect(stats.map(({ instance }) => instance).toSorted()).toEqual(ids.toSorted());
    expect(stats[0]).toMatchObject({ cpuPercent: 2, memoryBytes: 4 << 20, pids: 1 });
  });

  test('comes from memory the second time: one stream for all who ask', async () => {
    await launch(context, 'blog');
    await during(Promise.all([readStats(context, ada, 'blog'), readStats(context, ada, 'blog')]), 2000);
    expect(await readStats(context, ada, 'blog')).toHaveLength(1);
    expect(streams()).toBe(1);
  });

  test('is no longer watched some seconds after the last who asked', async () => {
    const id = await launch(context, 'blog');
    await during(readStats(context, ada, 'blog'), 2000);
    await pass(3000);
    expect(context.stats.isWatched(id)).toBe(true);
    await pass(2000);
    expect(context.stats.isWatched(id)).toBe(false);
    expect(context.clock.waiting).toBe(0);
  });

  test('is nothing while nothing runs', async () => {
    expect(await readStats(context, ada, 'blog')).toEqual([]);
    const id = await launch(context, 'blog');
    context.engine.controls.crash(id, 1);
    await turn();
    await look(context, 'blog', id);
    expect(await readStats(context, ada, 'blog')).toEqual([]);
  });

  test('is nothing of an instance that gives no sample in time', async () => {
    const id = await launch(context, 'blog');
    context.engine.controls.setReachable(false);
    expect(await readStats(context, ada, 'blog')).toEqual([]);
    expect(context.stats.isWatched(id)).toBe(false);
    setConnected(context, 'local', false);
    await expect(readStats(context, ada, 'blog')).rejects.toMatchObject({ code: 'engine-unreachable' });
  });
});

describe('to follow what an app uses', () => {
  test('tells of all instances about once a second', async () => {
    await launch(context, 'blog', 0);
    await launch(context, 'blog', 1);
    const reading = follow();
    const seen: InstanceStats[][] = [];
    const following = (async () => {
      for await (const stats of reading) seen.push(stats);
    })();
    await turn();
    await pass(10_000);
    controller.abort();
    await following;
    expect(seen.length).toBeGreaterThanOrEqual(8);
    expect(seen.length).toBeLessThanOrEqual(11);
    expect(seen.at(-1)).toHaveLength(2);
    expect(new Set(seen.map(([first]) => first?.at)).size).toBe(seen.length);
  });

  test('costs the engine one stream, however many follow, and none once all have left', async () => {
    const id = await launch(context, 'blog');
    const readers = Array.from({ length: 5 }, () => follow());
    await during(Promise.all(readers.map((reader) => reader.next())), 3000);
    expect(streams()).toBe(1);
    controller.abort();
    await Promise.all(readers.map((reader) => reader.next()));
    await pass(6000);
    expect(context.stats.isWatched(id)).toBe(false);
  });

  test('goes on with instances that come, and with those that were started again', async () => {
    const first = await launch(context, 'blog', 0);
    const reading = follow();
    expect((await during(reading.next(), 2500)).value).toHaveLength(1);
    const second = await launch(context, 'blog', 1);
    const seen = new Set<string>();
    const watching = (async () => {
      for await (const stats of reading) {
        if (stats.length === 2) return;
        for (const { instance } of stats) seen.add(instance);
      }
    })();
    context.engine.controls.crash(first, 1);
    await turn();
    await look(context, 'blog', first);
    await pass(3000);
    expect(seen).toContain(second);
    await context.engine.containers.start(first);
    await look(context, 'blog', first);
    await pass(4000);
    await watching;
  });

  test('tells that nothing runs, and ends with the app', async () => {
    const reading = follow();
    expect((await reading.next()).value).toEqual([]);
    const next = reading.next();
    await context.ledger.write(() => ({
      changes: [{ kind: 'app.remove', id: appOf(context, 'blog').id }],
      result: null,
    }));
    expect(await during(next, 1000)).toEqual({ done: true, value: undefined });
  });

  test('does not hammer an engine that refuses', async () => {
    await launch(context, 'blog');
    context.engine.controls.setReachable(false);
    const next = follow().next();
    await turn();
    await pass(10_000);
    expect(streams()).toBeLessThanOrEqual(12);
    controller.abort();
    await next;
  });
});
