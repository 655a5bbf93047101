import { Bell } from '../../use-cases/bell.ts';
import type { Context } from '../../use-cases/context.ts';

/** Resolves to true once it is so, and to false when it was not in time. Looks again after each change of the app or its instances. */
export async function waitUntil(
  context: Context,
  appId: string,
  { isTrue, timeoutMs }: { readonly isTrue: () => boolean; readonly timeoutMs: number },
): Promise<boolean> {
  const bell = new Bell();
  const timeout = new AbortController();
  const stops = [
    context.fleet.listen((changed) => changed === appId && bell.ring()),
    context.ledger.listen({ onApps: (ids) => ids.has(appId) && bell.ring() }),
    context.clock.after(timeoutMs, () => timeout.abort()),
  ];
  try {
    while (!isTrue()) {
      if (timeout.signal.aborted) return false;
      await bell.wait(timeout.signal);
    }
    return true;
  } finally {
    for (const stop of stops) stop();
  }
}
