import type { Event as EventResource } from '@berth/spec/event';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from './actor.ts';
import { followEvents, listEvents } from './events.ts';
import type { News } from './ledger.ts';
import { deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';

let context: TestContext;
let controller: AbortController;
beforeEach(async () => {
  context = await openTestContext();
  controller = new AbortController();
});
afterEach(async () => {
  controller.abort();
  await context.close();
});

/** Things happen, in one commit. */
function happen(...details: readonly (string | Partial<News>)[]): Promise<null> {
  const plain: News = { kind: 'app.state', app: 'blog', owner: 'ada', operation: null, detail: '' };
  const news = details.map((one): News => (typeof one === 'string' ? { ...plain, detail: one } : { ...plain, ...one }));
  return context.ledger.write(() => ({ changes: [], news, result: null }));
}

function follow(actor: Actor, wish: { after?: number; app?: string } = {}): AsyncGenerator<EventResource, void> {
  return followEvents(context, actor, { ...wish, signal: controller.signal });
}

async function take(reading: AsyncGenerator<EventResource, void>, count: number): Promise<string[]> {
  const details: string[] = [];
  while (details.length < count) {
    const { done, value } = await reading.next();
    if (done === true) break;
    details.push(value.detail);
  }
  return details;
}

const names = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `event ${from + index}`);

describe('to follow events', () => {
  test('from now on tells what comes, not what was', async () => {
    await happen('before');
    const reading = follow(ada);
    await happen('one', 'two');
    expect(await take(reading, 2)).toEqual(['one', 'two']);
  });

  test('from an event on tells what was after it, then what comes, each once', async () => {
    await happen(...names(5));
    const reading = follow(ada, { after: 2 });
    expect(await take(reading, 1)).toEqual(['event 2']);
    await happen(...names(3, 5));
    expect(await take(reading, 5)).toEqual(names(5, 3));
  });

  test('from the beginning reads thousands, in order', async () => {
    await happen(...names(950));
    const reading = follow(ada, { after: 0 });
    expect(await take(reading, 950)).toEqual(names(950));
  });

  test('leaves a gap for nobody, however slow: what is more than is held comes from the store', async () => {
    const reading = follow(ada);
    await happen(...names(10));
    expect(await take(reading, 1)).toEqual(['event 0']);
    for (let from = 10; from < 3000; from += 230) await happen(...names(230, from));
    expect(await take(reading, 2000)).toEqual(names(2000, 1));
  });

  test('leaves out what was before it began, also when it is too slow from the first', async () => {
    await happen(...names(5));
    const reading = follow(ada);
    for (let from = 5; from < 1505; from += 100) await happen(...names(100, from));
    expect(await take(reading, 1500)).toEqual(names(1500, 5));
  });

  test('tells once what is stored while the store is being read', async () => {
    const reader: { next?: () => Promise<IteratorResult<EventResource, void>> } = {};
    const reads: Promise<IteratorResult<EventResource, void>>[] = [];
    context.ledger.listen({ onEvent: () => reader.next && reads.push(reader.next()) });
    await happen(...names(200));
    const following = follow(ada, { after: 0 });
    await take(following, 200);
    reader.next = () => following.next();
    await happen('stored and told');
    await happen('after it');
    const seen = await Promise.all(reads);
    expect(seen.map(({ value }) => value?.detail)).toEqual(['stored and told', 'after it']);
  });

  test('has no gap and no duplicate between stored and live, whenever they come', { timeout: 60_000 }, async () => {
    const bursts = fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 300 }),
        reads: fc.integer({ min: 0, max: 300 }),
        waits: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const property = fc.asyncProperty(bursts, fc.boolean(), async (rounds, stored) => {
      const start = context.ledger.lastEventId;
      const reading = follow(ada, stored ? { after: start } : {});
      const seen: string[] = [];
      let written = 0;
      for (const { size, reads, waits } of rounds) {
        const writing = happen(...names(size, written));
        if (waits) await writing;
        written += size;
        seen.push(...(await take(reading, Math.min(reads, written - seen.length))));
        await writing;
      }
      seen.push(...(await take(reading, written - seen.length)));
      expect(seen).toEqual(names(written));
    });
    await fc.assert(property, { numRuns: 25 });
  });

  test('tells users of their own apps only, and administrators of all', async () => {
    const [byAda, byBob, byRoot] = [follow(ada), follow(bob), follow(root)];
    await happen(
      'of ada',
      { owner: 'bob', app: 'shop', detail: 'of bob' },
      { owner: null, app: null, detail: 'of none' },
    );
    await happen('end', { owner: 'bob', detail: 'end' });
    expect(await take(byAda, 2)).toEqual(['of ada', 'end']);
    expect(await take(byBob, 2)).toEqual(['of bob', 'end']);
    expect(await take(byRoot, 3)).toEqual(['of ada', 'of bob', 'of none']);
  });

  test('can be of one app', async () => {
    await deployed(context, ada, 'blog');
    const reading = follow(ada, { app: 'blog' });
    await happen({ app: 'shop', detail: 'other' }, 'own');
    expect(await take(reading, 1)).toEqual(['own']);
  });

  test('ends when nobody reads any more', async () => {
    const reading = follow(ada);
    const waiting = reading.next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('is refused behind events that are no longer kept', async () => {
    await happen(...names(10));
    await context.store.prune({
      eventsBeforeMs: context.clock.now() + 1,
      operationsBeforeMs: 0,
      answersBeforeMs: 0,
      releasesPerApp: 9,
      uptimeBeforeMs: 0,
      uptimeExactBeforeMs: 0,
    });
    await expect(follow(ada, { after: 3 }).next()).rejects.toMatchObject({ code: 'cursor-expired' });
    await expect(listEvents(context, ada, { after: 3, limit: 9 })).rejects.toMatchObject({ code: 'cursor-expired' });
    expect(await take(follow(ada, { after: 9 }), 1)).toEqual(['event 9']);
    expect(await take(follow(ada, { after: 0 }), 1)).toEqual(['event 9']);
  });
});

describe('the list of events', () => {
  test('walked page by page is the whole list, oldest first, under any limit', { timeout: 60_000 }, async () => {
    await happen(...names(40));
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 50 }), async (limit) => {
      const seen: string[] = [];
      let after: number | null = 0;
      while (after !== null) {
        const page: Awaited<ReturnType<typeof listEvents>> = await listEvents(context, ada, { after, limit });
        seen.push(...page.items.map(({ detail }) => detail));
        after = page.next;
      }
      expect(seen).toEqual(names(40));
    });
    await fc.assert(property);
  });
});
