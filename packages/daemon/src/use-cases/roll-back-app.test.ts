import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actOnApp } from './act-on-app.ts';
import { listReleases, showRelease } from './releases.ts';
import { rollBackApp } from './roll-back-app.ts';
import { abandon, appOf, deploy, deployed, promote } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const rollBack = (release?: number) => rollBackApp(context, ada, { name: 'blog', release });
const show = (number: number) => showRelease(context, ada, { name: 'blog', number });

async function deployAll(...tags: readonly string[]): Promise<void> {
  for (const tag of tags) await deployed(context, ada, { name: 'blog', image: `example/app:${tag}` });
}

describe('a roll-back', () => {
  test('makes a new release that is what served before, to the very image', async () => {
    await deployAll('one', 'two');
    const { app, operation } = await rollBack();
    expect(operation).toMatchObject({ kind: 'rollback', revision: { release: 3, generation: 3 } });
    expect(app).toMatchObject({ target: { release: 3 }, serving: { release: 2 }, lastRelease: 3 });
    const { number: _number, state, createdAt: _createdAt, servingSince, ...copied } = await show(3);
    const { number: _old, state: _state, createdAt: _at, servingSince: _since, ...model } = await show(1);
    expect({ state, servingSince }).toEqual({ state: 'pending', servingSince: null });
    expect(copied).toEqual(model);
  });

  test('goes past releases that never served', async () => {
    await deployAll('one');
    await deploy(context, ada, { name: 'blog', image: 'example/app:broken' });
    await abandon(context, 'blog');
    await deployAll('three');
    await rollBack();
    expect((await show(4)).spec.image).toBe('example/app:one');
  });

  test('of a roll-back returns to what served before it', async () => {
    await deployAll('one', 'two');
    await rollBack();
    await promote(context, 'blog');
    await rollBack();
    expect((await show(4)).spec.image).toBe('example/app:two');
  });

  test('may name any release that served', async () => {
    await deployAll('one', 'two', 'three');
    await rollBack(1);
    expect((await show(4)).spec.image).toBe('example/app:one');
  });

  test('finds the one before among many that failed', async () => {
    await deployAll('good');
    for (let count = 0; count < 45; count += 1) {
      await deploy(context, ada, { name: 'blog', image: 'example/app:broken' });
      await abandon(context, 'blog');
    }
    await deployAll('last');
    await rollBack();
    expect((await show(48)).spec.image).toBe('example/app:good');
  });

  test('lets a stopped app be stopped', async () => {
    await deployAll('one', 'two');
    await actOnApp(context, ada, { name: 'blog', verb: 'stop' });
    expect((await rollBack()).app.desired).toBe('stopped');
  });

  test.each([
    ['there was none before', undefined, 'release-not-found'],
    ['that release does not exist', 9, 'release-not-found'],
    ['that release never served', 2, 'release-not-found'],
    ['that release serves', 1, 'wrong-state'],
  ])('is refused when %s', async (_, number, code) => {
    await deployAll('one');
    await deploy(context, ada, 'blog');
    await abandon(context, 'blog');
    await expect(rollBack(number)).rejects.toMatchObject({ code });
    expect(appOf(context, 'blog').target).toBeNull();
  });

  test('does not bring back a privilege by the hand of one who may not give it', async () => {
    await context.close();
    context = await openTestContext({ policy: { allowedPrivileges: ['hostNetwork'] } });
    await deployed(context, root, { name: 'blog', owner: 'ada', privileges: { hostNetwork: true } });
    await deployAll('two');
    await expect(rollBack()).rejects.toMatchObject({ code: 'policy-refused' });
    await expect(rollBackApp(context, root, { name: 'blog' })).resolves.toMatchObject({
      operation: { kind: 'rollback' },
    });
  });

  test('of another owner’s app is as of one that is not there', async () => {
    await deployAll('one', 'two');
    await expect(rollBackApp(context, bob, { name: 'blog' })).rejects.toMatchObject({ code: 'app-not-found' });
  });
});

describe('the releases of an app', () => {
  test('are listed newest first, in pages', async () => {
    await deployAll('one', 'two', 'three');
    const first = await listReleases(context, ada, { name: 'blog', limit: 2 });
    expect(first.items.map(({ number, state }) => [number, state])).toEqual([
      [3, 'serving'],
      [2, 'superseded'],
    ]);
    const rest = await listReleases(context, ada, { name: 'blog', limit: 2, before: first.next ?? 0 });
    expect(rest).toMatchObject({ items: [{ number: 1, state: 'superseded' }], next: null });
  });

  test('are for the owner’s eyes', async () => {
    await deployAll('one');
    await expect(listReleases(context, bob, { name: 'blog', limit: 9 })).rejects.toMatchObject({
      code: 'app-not-found',
    });
    await expect(showRelease(context, ada, { name: 'blog', number: 2 })).rejects.toMatchObject({
      code: 'release-not-found',
    });
  });
});
