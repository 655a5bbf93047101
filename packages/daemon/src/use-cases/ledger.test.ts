import { isProblem } from '@berth/spec/problem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../core/event.ts';
import type { Operation } from '../core/operation.ts';
import { actOnApp } from './act-on-app.ts';
import { appOf, deploy, deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
});
afterEach(() => context.close());

function follow(): { readonly events: Event[]; readonly operations: Operation[] } {
  const told = { events: [] as Event[], operations: [] as Operation[] };
  context.ledger.listen({
    onEvent: (event) => told.events.push(event),
    onOperation: (operation) => told.operations.push(operation),
  });
  return told;
}

describe('an acknowledged write', () => {
  test('is there after the daemon was started anew', async () => {
    await deployed(context, ada, { name: 'blog', replicas: 3, domains: [{ host: 'blog.example.org' }] });
    await deploy(context, ada, { name: 'blog', image: 'example/app:2' });
    await context.store.close();
    const again = await context.reopen();
    expect(again.ledger.books).toEqual(context.ledger.books);
    await again.store.close();
  });

  test('is told to listeners before its caller goes on', async () => {
    const told = follow();
    const { operation } = await deploy(context, ada, 'blog');
    expect(told.operations.map(({ id }) => id)).toEqual([operation.id]);
    expect(told.events.map(({ kind }) => kind)).toEqual(['app.created', 'operation.accepted']);
  });

  test('has its events in the store under rising numbers', async () => {
    await Promise.all(['one', 'two', 'three'].map((name) => deploy(context, ada, name)));
    const ids = (await context.store.listEvents({ after: 0, limit: 100 })).map(({ id }) => id);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('does not number an event as one before a restart', async () => {
    await deploy(context, ada, 'blog');
    await context.store.close();
    const again = await context.reopen();
    await deploy(again, ada, 'shop');
    const ids = (await again.store.listEvents({ after: 0, limit: 100 })).map(({ id }) => id);
    expect(ids).toEqual([1, 2, 3, 4]);
    await again.store.close();
  });
});

describe('a write that the store refuses', () => {
  test('leaves memory as it was, tells nobody, and rejects', async () => {
    await deployed(context, ada, { name: 'blog', domains: [{ host: 'blog.example.org' }] });
    await deploy(context, ada, 'draft');
    await actOnApp(context, ada, { name: 'draft', verb: 'stop' });
    const before = structuredClone(context.ledger.books);
    const told = follow();
    await context.store.close();
    await expect(deploy(context, ada, 'draft')).rejects.toThrow();
    await expect(deploy(context, ada, { name: 'blog', domains: [{ host: 'new.example.org' }] })).rejects.toThrow();
    await expect(deploy(context, ada, 'shop')).rejects.toThrow();
    expect(context.ledger.books).toEqual(before);
    expect(told).toEqual({ events: [], operations: [] });
  });

  test('takes back all that shared its commit, whatever built on what', async () => {
    const before = structuredClone(context.ledger.books);
    await context.store.close();
    const writes = [
      deploy(context, ada, 'one'),
      deploy(context, ada, { name: 'two', domains: [{ host: 'two.example.org' }] }),
      actOnApp(context, ada, { name: 'two', verb: 'stop' }),
      deploy(context, ada, { name: 'two', domains: [{ host: 'new.example.org' }] }),
    ];
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(context.ledger.books).toEqual(before);
  });

  test('is no obstacle to later ones', async () => {
    await deploy(context, ada, 'blog');
    const appId = appOf(context, 'blog').id;
    const other = { ...appOf(context, 'blog'), id: 'another' };
    await expect(
      context.ledger.write(() => ({ changes: [{ kind: 'app.put', app: other }], result: null })),
    ).rejects.toMatchObject({ code: 'name-taken' });
    expect(appOf(context, 'blog').id).toBe(appId);
    expect(await deploy(context, ada, 'shop')).toMatchObject({ created: true });
  });
});

describe('writes at the same time', () => {
  test('share commits: many deploys take few', async () => {
    const before = context.ledger.revision;
    await Promise.all(Array.from({ length: 50 }, (_, index) => deploy(context, ada, `app-${index}`)));
    expect(context.ledger.revision - before).toBeLessThanOrEqual(2);
    expect((await context.store.load()).apps).toHaveLength(50);
  });

  test('see each other in order: of two deploys of a new name one wins, the other is refused and leaves nothing', async () => {
    const outcomes = await Promise.allSettled([deploy(context, ada, 'blog'), deploy(context, bob, 'blog')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'name-taken' } });
    const { apps, releases, operations } = await context.store.load();
    expect([apps.length, releases.length, operations.length]).toEqual([1, 1, 1]);
    expect(context.ledger.books.releases.size).toBe(1);
  });

  test('of one owner to one name: one wins, the others wait for their turn', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => deploy(context, ada, 'blog')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = outcomes.flatMap((one) =>
      one.status === 'rejected' && isProblem(one.reason) ? [one.reason.code] : [],
    );
    expect(codes).toEqual(Array(9).fill('operation-in-progress'));
    expect((await context.store.load()).releases).toHaveLength(1);
  });

  test('a refused decision changes nothing for those beside it', async () => {
    const refused = deploy(context, ada, { name: 'blog', owner: 'nobody' });
    const accepted = deploy(context, root, { name: 'shop', owner: 'ada' });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    expect((await accepted).app.owner).toBe('ada');
  });
});
