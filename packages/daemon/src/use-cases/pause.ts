import type { Clock } from '../ports/clock.ts';

/** Resolves after `ms`, and at once when `signal` aborts. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const cancel = clock.after(ms, wake);
  signal.addEventListener('abort', wake);
  await promise;
  cancel();
  signal.removeEventListener('abort', wake);
}
