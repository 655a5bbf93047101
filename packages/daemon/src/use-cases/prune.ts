import type { Context } from './context.ts';

const dayMs = 86_400_000;

/** Drops what is older than it need be kept. */
export async function prune(
  context: Context,
  retention: { eventDays: number; operationDays: number; releasesPerApp: number },
): Promise<void> {
  const now = context.clock.now();
  await context.store.prune({
    eventsBeforeMs: now - retention.eventDays * dayMs,
    operationsBeforeMs: now - retention.operationDays * dayMs,
    answersBeforeMs: now - dayMs,
    releasesPerApp: retention.releasesPerApp,
  });
}
