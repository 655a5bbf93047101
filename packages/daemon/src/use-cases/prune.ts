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
  await context.store.prune({
    eventsBeforeMs: now - retention.eventDays * dayMs,
    operationsBeforeMs: now - retention.operationDays * dayMs,
    answersBeforeMs: now - dayMs,
    releasesPerApp: retention.releasesPerApp,
    uptimeBeforeMs: now - context.policy.uptimeDays * dayMs,
    uptimeExactBeforeMs: now - retention.uptimeExactDays * dayMs,
  });
}
