import type { Operation as OperationResource } from '@berth/spec/operation';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actOnApp } from './act-on-app.ts';
import { awaitOperation, followOperation, listOperations, showOperation } from './operations.ts';
import { abandon, deploy, deployed, promote, settle } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

const turn = () => new Promise(setImmediate);

describe('to wait for an operation', () => {
  test('ends when it has ended', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    const waiting = awaitOperation(context, ada, { id: operation.id, timeoutMs: 30_000 });
    await promote(context, 'blog');
    expect(await waiting).toMatchObject({ id: operation.id, state: 'succeeded' });
    expect(context.clock.waiting).toBe(0);
  });

  test('ends at once when it had ended before', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    await abandon(context, 'blog');
    expect(await awaitOperation(context, ada, { id: operation.id, timeoutMs: 30_000 })).toMatchObject({
      state: 'failed',
      problem: { code: 'deploy-failed' },
    });
  });

  test('ends at the timeout, with the operation as it is by then', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    const waiting = awaitOperation(context, ada, { id: operation.id, timeoutMs: 30_000 });
    await turn();
    context.clock.advance(30_000);
    expect(await waiting).toMatchObject({ state: 'running' });
  });

  test('ends when nobody waits any more', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    const controller = new AbortController();
    const waiting = awaitOperation(context, ada, { id: operation.id, timeoutMs: 30_000, signal: controller.signal });
    controller.abort();
    expect(await waiting).toMatchObject({ state: 'running' });
    expect(context.clock.waiting).toBe(0);
  });

  test('ends when another takes its place', async () => {
    await deployed(context, ada, 'blog');
    const { operation } = await actOnApp(context, ada, { name: 'blog', verb: 'stop' });
    const waiting = awaitOperation(context, ada, { id: operation.id, timeoutMs: 30_000 });
    await actOnApp(context, ada, { name: 'blog', verb: 'start' });
    expect(await waiting).toMatchObject({ state: 'superseded' });
  });

  test('is not for those who may not see it', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    await expect(awaitOperation(context, bob, { id: operation.id, timeoutMs: 1 })).rejects.toMatchObject({
      code: 'operation-not-found',
    });
    expect(context.clock.waiting).toBe(0);
  });
});

describe('to follow an operation', () => {
  async function follow(id: string, signal = new AbortController().signal): Promise<OperationResource[]> {
    const seen: OperationResource[] = [];
    for await (const operation of followOperation(context, ada, { id, signal })) seen.push(operation);
    return seen;
  }

  test('shows it as it is, its progress, and last how it ended', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    const following = follow(operation.id);
    for (const part of [0.1, 0.2]) {
      await turn();
      context.progress.set(operation.id, { phase: 'pulling', part, detail: 'Downloading' });
    }
    await turn();
    await promote(context, 'blog');
    expect((await following).map(({ phase, progress, state }) => [phase, progress, state])).toEqual([
      ['accepted', null, 'running'],
      ['pulling', 0.1, 'running'],
      ['pulling', 0.2, 'running'],
      ['done', null, 'succeeded'],
    ]);
  });

  test('shows a slow reader the newest, not all that was missed', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    const reading = followOperation(context, ada, { id: operation.id, signal: new AbortController().signal });
    await reading.next();
    for (let percent = 1; percent <= 100; percent += 1)
      context.progress.set(operation.id, { phase: 'pulling', part: percent / 100, detail: '' });
    expect((await reading.next()).value).toMatchObject({ progress: 1 });
    await promote(context, 'blog');
    expect((await reading.next()).value).toMatchObject({ state: 'succeeded' });
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  test('that has ended is shown once', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    await promote(context, 'blog');
    expect(await follow(operation.id)).toMatchObject([{ state: 'succeeded' }]);
  });

  test('ends when nobody reads any more', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    const controller = new AbortController();
    const following = follow(operation.id, controller.signal);
    await turn();
    controller.abort();
    expect(await following).toHaveLength(1);
  });
});

describe('the list of operations', () => {
  test('walked page by page is the whole list, newest first, under any limit', { timeout: 60_000 }, async () => {
    for (let count = 0; count < 12; count += 1) {
      await deploy(context, count % 3 === 0 ? bob : ada, { name: `app-${count % 5}-${count % 3 === 0 ? 'b' : 'a'}` });
      await promote(context, `app-${count % 5}-${count % 3 === 0 ? 'b' : 'a'}`);
    }
    const walk = async (actor: typeof ada, filter: { limit: number; app?: string }) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listOperations(context, actor, { ...filter, cursor });
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return ids;
    };
    const all = (await context.store.listOperations({ limit: 99 })).map(({ id }) => id);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15 }), async (limit) => {
        expect(await walk(root, { limit })).toEqual(all);
        expect([...(await walk(ada, { limit })), ...(await walk(bob, { limit }))].toSorted()).toEqual(all.toSorted());
      }),
    );
    expect(await walk(ada, { limit: 1, app: 'app-1-a' })).toHaveLength(2);
  });

  test('shows the progress of those under way', async () => {
    const { operation } = await deploy(context, ada, 'blog');
    context.progress.set(operation.id, { phase: 'pulling', part: 0.5, detail: 'half' });
    expect((await listOperations(context, ada, { limit: 1 })).items).toMatchObject([
      { phase: 'pulling', progress: 0.5, detail: 'half' },
    ]);
    expect(await showOperation(context, ada, operation.id)).toMatchObject({ progress: 0.5 });
    await settle(context, 'blog');
    expect(await showOperation(context, ada, operation.id)).toMatchObject({ phase: 'done', progress: null });
  });
});
