import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../core/change.ts';
import type { Actor } from './actor.ts';
import { type AppFilter, listApps } from './list-apps.ts';
import { actOnApp } from './act-on-app.ts';
import { abandon, appOf, deploy, deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

/** Follows the cursors from the first page to the last. */
function walk(actor: Actor, filter: AppFilter): string[][] {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = listApps(context, actor, { ...filter, cursor });
    pages.push(items.map((app) => app.name));
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

const remove = (name: string) =>
  context.ledger.write(() => ({ changes: [{ kind: 'app.remove', id: appOf(context, name).id }], result: null }));
const anyName = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);

describe('the list of apps', () => {
  test('walked page by page is the whole list, under any limit', { timeout: 60_000 }, async () => {
    const owners = [ada, bob];
    const property = fc.asyncProperty(
      fc.uniqueArray(anyName, { maxLength: 25 }),
      fc.integer({ min: 1, max: 30 }),
      async (names, limit) => {
        await Promise.all(names.map((name, index) => deploy(context, owners[index % 2] ?? ada, name)));
        const pages = walk(root, { limit });
        expect(pages.flat()).toEqual(names.toSorted());
        expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        expect(walk(ada, { limit }).flat()).toEqual(names.filter((_, index) => index % 2 === 0).toSorted());
        expect(walk(root, { limit, owner: 'bob' }).flat()).toEqual(
          names.filter((_, index) => index % 2 === 1).toSorted(),
        );
        await Promise.all(names.map(remove));
        expect(walk(root, { limit })).toEqual([[]]);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  test('holds apps that come, and not those that went, behind the cursor', async () => {
    await Promise.all(['a', 'c', 'e', 'g'].map((name) => deploy(context, ada, name)));
    const { next } = listApps(context, ada, { limit: 2 });
    await Promise.all([deploy(context, ada, 'b'), deploy(context, ada, 'd'), remove('e'), remove('c')]);
    expect(listApps(context, ada, { limit: 9, cursor: next ?? '' }).items.map((app) => app.name)).toEqual(['d', 'g']);
  });

  test('is as it was after a restart', async () => {
    await Promise.all(['b', 'a', 'c'].map((name) => deploy(context, ada, name)));
    await context.store.close();
    const again = await context.reopen();
    expect(listApps(again, ada, { limit: 9 }).items.map((app) => app.name)).toEqual(['a', 'b', 'c']);
    await again.store.close();
  });

  test('holds no app whose write failed', async () => {
    await deploy(context, ada, 'blog');
    await context.store.close();
    await expect(deploy(context, ada, 'shop')).rejects.toThrow();
    expect(walk(ada, { limit: 9 })).toEqual([['blog']]);
  });

  test('can be of one state', async () => {
    await deploy(context, ada, 'new');
    await deployed(context, ada, 'halted');
    await actOnApp(context, ada, { name: 'halted', verb: 'stop' });
    await deploy(context, ada, 'broken');
    await abandon(context, 'broken');
    const named = (state: AppFilter['state']) => walk(ada, { limit: 1, state }).flat();
    expect([named('deploying'), named('stopped'), named('failed'), named('paused')]).toEqual([
      ['new'],
      ['halted'],
      ['broken'],
      [],
    ]);
    setConnected(context, 'local', false);
    expect(named('unknown')).toEqual(['broken', 'halted', 'new']);
  });

  test.each(['', '%%%', 'YQ==', 'Cg==', 'Zm9v!'])('with the cursor %j, which nobody gave, is refused', (cursor) => {
    expect(() => listApps(context, ada, { limit: 9, cursor })).toThrow(
      expect.objectContaining({ code: 'validation-failed' }) as Error,
    );
  });

  test('of ten thousand apps is entered where the cursor says', async () => {
    const { app, operation } = await deploy(context, ada, 'model');
    const release = context.ledger.books.releases.get(app.id)?.get(1);
    const changes = Array.from({ length: 10_000 }, (_, index): Change[] => {
      const id = `bulk-${index}`;
      return [
        { kind: 'app.put', app: { ...app, id, name: `n${String(index).padStart(5, '0')}` } },
        { kind: 'release.put', release: { ...release!, appId: id } },
      ];
    });
    await context.ledger.write(() => ({ changes: changes.flat(), result: operation }));
    const { items, next } = listApps(context, ada, { limit: 3, cursor: Buffer.from('n07499').toString('base64url') });
    expect(items.map(({ name }) => name)).toEqual(['n07500', 'n07501', 'n07502']);
    const walked = [...context.appIndex.behind('n09990')].map(({ name }) => name);
    expect([walked.length, next]).toEqual([9, Buffer.from('n07502').toString('base64url')]);
  });
});
