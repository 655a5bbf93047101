import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getStatsLines, listContainerLines } from './docker-lines.ts';
import { inspectApp } from './inspect-app.ts';
import { appOf, deploy, deployed, launch, look } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(async () => {
  context.stats.stop();
  await context.close();
});

const turn = () => new Promise(setImmediate);

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    context.clock.advance(100);
    await turn();
  }
}

describe('apps in the words of docker ps', () => {
  test('are told from memory, by the image that was asked for and without Berth’s own labels', async () => {
    await deployed(context, ada, { name: 'blog', labels: { team: 'x' }, volumes: [{ name: 'data', path: '/data' }] });
    const id = await launch(context, 'blog');
    context.clock.advance(130_000);
    const calls = context.engine.controls.count('containers.inspect');
    const [told] = listContainerLines(context, ada);
    expect(told).toMatchObject({ app: { name: 'blog' }, instance: id });
    expect(told?.line).toMatchObject({
      ID: id.slice(0, 12),
      Image: 'example/app:1',
      Labels: 'team=x',
      LocalVolumes: '1',
      Mounts: 'test-vol-blog.…',
      Names: 'test-blog-r1.1-0',
      Networks: 'test-net-ada',
      RunningFor: '2 minutes ago',
      State: 'running',
      Status: 'Up 2 minutes',
    });
    expect(context.engine.controls.count('containers.inspect')).toBe(calls);
  });

  test('are those that the actor may see, newest first, or those that are named, in that order', async () => {
    for (const [actor, name] of [
      [ada, 'one'],
      [bob, 'two'],
      [ada, 'three'],
    ] as const) {
      await deployed(context, actor, name);
      await launch(context, name);
      context.clock.advance(1000);
    }
    const names = (...wish: Parameters<typeof listContainerLines> extends [unknown, ...infer Rest] ? Rest : never) =>
      listContainerLines(context, ...wish).map(({ app }) => app.name);
    expect(names(ada)).toEqual(['three', 'one']);
    expect(names(root)).toEqual(['three', 'two', 'one']);
    expect(names(root, { apps: ['one', 'two'] })).toEqual(['one', 'two']);
    expect(() => names(ada, { apps: ['one', 'two'] })).toThrow('There is no app "two"');
  });

  test('have the name that a dialect gives them', async () => {
    await deployed(context, ada, 'blog');
    await launch(context, 'blog');
    const [told] = listContainerLines(context, ada, { nameOf: ({ name, owner }) => `${name}--${owner}` });
    expect(told?.line.Names).toBe('blog--ada');
  });

  test('are created while they have no container', async () => {
    await deploy(context, ada, { name: 'blog', image: 'docker.io/library/nginx:1', command: ['serve', 'it'] });
    const [told] = listContainerLines(context, ada);
    expect(told).toMatchObject({ instance: null });
    expect(told?.line).toMatchObject({
      Command: '"serve it"',
      ID: appOf(context, 'blog').id.replace('-', ''),
      Image: 'nginx:1',
      Names: 'blog',
      State: 'created',
      Status: 'Created',
    });
  });
});

describe('apps in the words of docker stats', () => {
  test('have their first sample waited for, and come from memory the next time', async () => {
    await deployed(context, ada, 'blog');
    await launch(context, 'blog');
    const first = getStatsLines(context, ada);
    await pass(2000);
    expect((await first)[0]?.line).toMatchObject({ CPUPerc: '2.00%', MemUsage: '4MiB / 16GiB', PIDs: '1' });
    await getStatsLines(context, ada);
    expect(context.engine.controls.count('containers.stats')).toBe(1);
  });

  test('are zeros while they do not run, without asking anybody', async () => {
    await deployed(context, ada, 'blog');
    const id = await launch(context, 'blog');
    context.engine.controls.crash(id, 1);
    await turn();
    await look(context, 'blog', id);
    expect((await getStatsLines(context, ada))[0]?.line).toMatchObject({
      CPUPerc: '0.00%',
      ID: id.slice(0, 12),
      MemUsage: '0B / 0B',
      Name: 'test-blog-r1.1-0',
      PIDs: '0',
    });
    expect(context.engine.controls.count('containers.stats')).toBe(0);
  });
});

test('an app can be inspected as its engine tells it, while it has a container', async () => {
  await deployed(context, ada, 'blog');
  await expect(inspectApp(context, ada, { name: 'blog' })).rejects.toMatchObject({ code: 'instance-not-found' });
  const id = await launch(context, 'blog');
  expect(await inspectApp(context, ada, { name: 'blog' })).toMatchObject({ Id: id, Name: '/test-blog-r1.1-0' });
});
