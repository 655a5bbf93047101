import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readStatsHistory, type StatsQuestion } from '../use-cases/read-stats-history.ts';
import { mostInstances } from '../use-cases/stats-history.ts';
import { getStatsLines } from '../use-cases/docker-lines.ts';
import { appOf, deployed, launch, look } from '../use-cases/test-app.contract.ts';
import { ada, bob, openTestContext, setConnected, type TestContext } from '../use-cases/test-context.contract.ts';
import { readStats } from '../use-cases/watch-stats.ts';
import { StatsSampler } from './stats-sampler.ts';
import type { World } from './world.ts';

let context: TestContext;
let sampler: StatsSampler;
beforeEach(async () => {
  context = await openTestContext();
  sampler = new StatsSampler(context as TestContext & World);
  sampler.start();
  await deployed(context, ada, 'blog');
});
afterEach(async () => {
  sampler.stop();
  context.stats.stop();
  await context.close();
});

const turn = () => new Promise(setImmediate);
const count = (call: string) => context.engine.controls.count(`containers.${call}`);

/** Lets time pass, a second at a time. */
async function pass(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    context.clock.advance(1000);
    for (let turns = 0; turns < 3; turns += 1) await turn();
  }
}

function history(known: Partial<StatsQuestion> = {}) {
  const now = context.clock.now();
  return readStatsHistory(context, ada, { name: 'blog', since: now - 3_600_000, until: now, ...known });
}

describe('the history of what an app used', () => {
  test('has a point for each ten seconds, from the second measurement on', async () => {
    const id = await launch(context, 'blog');
    await pass(60);
    const { points, stepSeconds, kept, instances } = history();
    expect([points.length, stepSeconds, kept, instances]).toEqual([5, 10, true, [id]]);
    expect(points[0]).toMatchObject({ cpuPercent: 2, memoryBytes: 4 << 20, networkInBytes: 10_000, pids: 1 });
    expect(points.map(({ at }) => Date.parse(at) % 10_000)).toEqual([0, 0, 0, 0, 0]);
  });

  test('is that of all instances together, and of each alone', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    await pass(20);
    expect(history().points[0]).toMatchObject({ cpuPercent: 4, memoryBytes: 8 << 20, pids: 2 });
    const alone = history({ instance: ids[1]?.slice(0, 12) });
    expect(alone).toMatchObject({ instance: ids[1], points: [{ cpuPercent: 2, memoryBytes: 4 << 20 }] });
    expect(() => history({ instance: 'never-seen' })).toThrow('Nothing is kept of an instance "never-seen"');
  });

  test('goes on through deploys, and keeps the instances that are gone', async () => {
    const first = await launch(context, 'blog');
    await pass(30);
    await context.engine.containers.remove(first, { force: true });
    await look(context, 'blog', first);
    await deployed(context, ada, 'blog');
    const second = await launch(context, 'blog');
    await pass(30);
    expect(history().points).toHaveLength(4);
    expect(history().instances).toEqual([first, second]);
    expect(history({ instance: first }).points).toHaveLength(2);
  });

  test('has a gap where nothing ran, or the engine was away', async () => {
    const id = await launch(context, 'blog');
    await pass(20);
    setConnected(context, 'local', false);
    await pass(20);
    setConnected(context, 'local', true);
    await pass(10);
    context.engine.controls.setReachable(false);
    await pass(20);
    context.engine.controls.setReachable(true);
    await pass(10);
    const seconds = history().points.map(({ at }) => Date.parse(at) / 1000);
    expect(seconds.map((at) => at - (seconds[0] ?? 0))).toEqual([0, 30, 60]);
    context.engine.controls.crash(id, 1);
    await turn();
    await look(context, 'blog', id);
    await pass(20);
    expect(history().points).toHaveLength(3);
  });

  test('is told of the time that is kept, in steps that can be told', async () => {
    await launch(context, 'blog');
    await pass(130);
    const now = context.clock.now();
    expect(history({ since: 0 })).toMatchObject({ stepSeconds: 60, since: new Date(now - 86_400_000).toISOString() });
    expect(history({ since: 0, stepMs: 20_000 }).since).toBe(new Date(now - 3_600_000).toISOString());
    expect(history({ since: now - 60_000, until: now + 5 }).until).toBe(new Date(now).toISOString());
    expect(history({ since: now + 10, until: now + 20 })).toMatchObject({ points: [] });
    expect(() => history({ since: now, until: now - 1 })).toThrow('since');
    for (const stepMs of [0, 1, 9_999, 15_000, 61_000, 90_000, 86_460_000, NaN])
      expect(() => history({ stepMs }), String(stepMs)).toThrow('step');
    expect(() => readStatsHistory(context, bob, { name: 'blog', since: 0, until: 1 })).toThrow('There is no app');
  });

  test('is of all instances, but of a bounded number of them alone: who is gone makes room', async () => {
    const ids: string[] = [];
    for (let slot = 0; slot < mostInstances + 3; slot += 1) ids.push(await launch(context, 'blog', slot));
    await pass(20);
    expect(history().instances).toEqual(ids.slice(0, mostInstances));
    expect(history().points[0]?.pids).toBe(ids.length);
    const [first = ''] = ids;
    await context.engine.containers.remove(first, { force: true });
    await look(context, 'blog', first);
    await pass(10);
    expect(history().instances).toEqual(ids.slice(1, mostInstances + 1));
  });

  test('ends with the app', async () => {
    await launch(context, 'blog');
    await pass(20);
    const { id } = appOf(context, 'blog');
    await context.ledger.write(() => ({ changes: [{ kind: 'app.remove', id }], result: null }));
    await pass(10);
    expect(context.statsHistory.find(id)).toBeUndefined();
  });
});

describe('while a history is kept', () => {
  test('the first who asks is answered from memory, and the next has newer samples', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    await pass(25);
    const stats = await readStats(context, ada, 'blog');
    expect(stats.map(({ instance }) => instance)).toEqual(ids);
    expect(stats[0]).toMatchObject({ cpuPercent: 2, networkInBytes: 21_000 });
    expect((await getStatsLines(context, ada))[0]?.line).toMatchObject({ CPUPerc: '2.00%' });
    await pass(3);
    const [newer] = await readStats(context, ada, 'blog');
    expect(Date.parse(newer?.at ?? '')).toBeGreaterThan(context.clock.now() - 1500);
  });

  test('what is watched is not measured a second time', async () => {
    await launch(context, 'blog');
    await pass(25);
    const measured = count('sample');
    for (let reads = 0; reads < 10; reads += 1) {
      await readStats(context, ada, 'blog');
      await pass(3);
    }
    expect([count('sample'), count('stats')]).toEqual([measured, 1]);
    expect(history().points).toHaveLength(4);
  });

  test('a slow engine has the next round wait', async () => {
    await launch(context, 'blog');
    context.engine.controls.slow(25_000);
    await pass(60);
    expect(count('sample')).toBe(2);
  });

  test('nothing is measured any more once it is stopped', async () => {
    await launch(context, 'blog');
    await pass(10);
    sampler.stop();
    await pass(30);
    expect(count('sample')).toBe(1);
  });
});
