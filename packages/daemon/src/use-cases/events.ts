import type { Event as EventResource } from '@berth/spec/event';
import { Problem } from '@berth/spec/problem';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';
import { type EventFilter, EventTail } from './event-tail.ts';
import { viewEvent } from './view.ts';

/** Oldest first, behind the event `after`, 0 for the oldest that is kept. `next` is the `after` of the next page, null at the end. */
export async function listEvents(
  context: Context,
  actor: Actor,
  page: { readonly after: number; readonly app?: string | undefined; readonly limit: number },
): Promise<{ items: EventResource[]; next: number | null }> {
  const filter = eventFilter(context, actor, page.app);
  await requireKept(context, page.after);
  const found = await context.store.listEvents({ ...filter, after: page.after, limit: page.limit + 1 });
  const items = found.slice(0, page.limit).map(viewEvent);
  return { items, next: found.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/**
 * Each event once, in order: those kept behind `after`, then those to come; without `after` only those to come. Who may
 * not see them is told at once, an `after` that is too old at the first read.
 */
export function followEvents(
  context: Context,
  actor: Actor,
  wish: { readonly after?: number | undefined; readonly app?: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<EventResource, void> {
  const tail = new EventTail(context, eventFilter(context, actor, wish.app), wish.after);
  // A reader who leaves before the first read never gets into the loop that ends by itself.
  wish.signal.addEventListener('abort', tail.stop, { once: true });
  return readOn(context, tail, wish);
}

async function* readOn(
  context: Context,
  tail: EventTail,
  { after, signal }: { readonly after?: number | undefined; readonly signal: AbortSignal },
): AsyncGenerator<EventResource, void> {
  try {
    if (after !== undefined) await requireKept(context, after);
    while (!signal.aborted) {
      const events = await tail.next();
      for (const event of events) yield viewEvent(event);
      if (events.length === 0) await tail.bell.wait(signal);
    }
  } finally {
    tail.stop();
  }
}

/** Tenants see the events of their own apps; administrators see all, also those about no app. */
function eventFilter(context: Context, actor: Actor, app: string | undefined): EventFilter {
  authorize(actor, { scope: 'read', owner: actor.user });
  if (app !== undefined) getApp(context.ledger.books, actor, { name: app, scope: 'read' });
  const owner = visibleOwner(actor);
  return { ...(app === undefined ? {} : { app }), ...(owner === null ? {} : { owner }) };
}

/** Refuses to go on behind an event that is no longer kept: what came after it may be gone too. */
async function requireKept(context: Context, after: number): Promise<void> {
  if (after === 0) return;
  const [oldest] = await context.store.listEvents({ after: 0, limit: 1 });
  if (oldest === undefined || after >= oldest.id - 1) return;
  throw new Problem(
    'cursor-expired',
    `Events up to ${oldest.id - 1} are no longer kept; read the apps anew, then follow from there.`,
  );
}
