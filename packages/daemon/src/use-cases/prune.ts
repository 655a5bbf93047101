import type { Books } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import type { Context } from './context.ts';

const dayMs = 86_400_000;

/** How long what is kept, in days. */
interface Retention {
  readonly eventDays: number;
  readonly operationDays: number;
  readonly releasesPerApp: number;
  readonly uptimeExactDays: number;
}

/** Drops what is older than it need be kept. */
export async function prune(context: Context, retention: Retention): Promise<void> {
  const now = context.clock.now();
  const operationsBeforeMs = now - retention.operationDays * dayMs;
  await context.store.prune({
    eventsBeforeMs: now - retention.eventDays * dayMs,
    operationsBeforeMs,
    answersBeforeMs: now - dayMs,
    releasesPerApp: retention.releasesPerApp,
    uptimeBeforeMs: now - context.policy.uptimeDays * dayMs,
    uptimeExactBeforeMs: now - retention.uptimeExactDays * dayMs,
  });
  await context.ledger.write((books) => ({ changes: dropImageRequests(books, operationsBeforeMs), result: null }));
}

/** What somebody decided is kept: it says why an image may be used, or may not. */
function dropImageRequests(books: Readonly<Books>, beforeMs: number): Change[] {
  return [...books.shelves.imageRequest.values()]
    .filter(({ decidedBy, state, updatedAt }) => {
      const hasEnded = state === 'failed' || state === 'superseded';
      return decidedBy === null && hasEnded && updatedAt < beforeMs;
    })
    .map(({ id }) => ({ kind: 'shelf.remove', shelf: 'imageRequest', key: id }));
}
