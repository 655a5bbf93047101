import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { containerRequest } from '../core/container-request.ts';
import { label } from '../core/label.ts';
import { removeApp } from './remove-app.ts';
import { appOf, deploy, deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const remove = (volumes: readonly string[] | 'all', rest: { ifMatch?: number[]; dryRun?: boolean } = {}) =>
  removeApp(context, ada, { name: 'blog', volumes, ...rest });

/** A volume of an older release, which the engine has and no current release names. */
async function keepOldVolume(name: string): Promise<void> {
  const { name: app, owner } = appOf(context, 'blog');
  await context.engine.volumes.ensure(`test-vol-blog.${name}`, {
    [label.site]: 'test',
    [label.app]: app,
    [label.owner]: owner,
    [label.volume]: name,
  });
}

describe('an app that is removed', () => {
  beforeEach(() => deployed(context, ada, { name: 'blog', volumes: [{ name: 'data', path: '/data' }] }));

  test('is being removed until the reconciler is done, and its volumes stay unless named', async () => {
    const { app, operation } = await remove([]);
    expect(operation).toMatchObject({ kind: 'remove', state: 'running' });
    expect(app).toMatchObject({ removing: { volumes: [] }, desired: 'stopped', target: null });
  });

  test('takes along the volumes that are named, each once', async () => {
    await keepOldVolume('old');
    expect((await remove(['old', 'data', 'old'])).app.removing).toEqual({ volumes: ['old', 'data'] });
  });

  test('takes along all it ever had, when all are named', async () => {
    await keepOldVolume('old');
    const { app } = await remove('all');
    expect(app.removing?.volumes.toSorted()).toEqual(['data', 'old']);
  });

  test('does not take another app’s volumes along', async () => {
    await deployed(context, bob, { name: 'shop', volumes: [{ name: 'wares', path: '/data' }] });
    await context.engine.volumes.ensure('test-vol-shop.wares', {
      [label.site]: 'test',
      [label.app]: 'shop',
      [label.owner]: bob.user,
      [label.volume]: 'wares',
    });
    expect((await remove('all', { dryRun: true })).app.removing).toEqual({ volumes: ['data'] });
    await expect(remove(['wares'])).rejects.toMatchObject({
      code: 'volume-not-found',
      message: expect.stringContaining('It has data.') as string,
    });
    expect(appOf(context, 'blog').removing).toBeNull();
  });

  test('gives the same operation when it is asked for again, whatever volumes are named', async () => {
    const first = await remove([]);
    const second = await remove('all');
    expect(second.operation).toEqual(first.operation);
    expect(second.app.removing).toEqual({ volumes: [] });
  });

  test('goes even in the middle of a roll-out', async () => {
    await deploy(context, ada, 'blog');
    expect((await remove([])).operation.kind).toBe('remove');
  });

  test('stays when it has changed since it was read, and when it is a dry run', async () => {
    await expect(remove([], { ifMatch: [99] })).rejects.toMatchObject({ code: 'precondition-failed' });
    await remove([], { dryRun: true });
    expect(appOf(context, 'blog').removing).toBeNull();
  });

  test('waits for no engine that does not answer', async () => {
    setConnected(context, 'local', false);
    await expect(remove([])).rejects.toMatchObject({ code: 'engine-unreachable' });
    await expect(remove('all')).rejects.toMatchObject({ code: 'engine-unreachable' });
  });
});

test('the labels by which volumes are found are those that containers are made with', async () => {
  const app = await deployed(context, ada, { name: 'blog', volumes: [{ name: 'data', path: '/data' }] });
  const release = context.ledger.books.releases.get(app.id)?.get(1);
  const placement = {
    site: 'test',
    revision: { release: 1, generation: 1 },
    slot: 0,
    publishAt: null,
    publicAt: null,
    exposed: [],
    log: { maxSizeBytes: 1, maxFiles: 1 },
  };
  expect(containerRequest(app, release!, placement).volumes).toEqual([
    { volume: 'test-vol-blog.data', path: '/data', readOnly: false },
  ]);
});
