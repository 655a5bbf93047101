import { setTimeout as delay } from 'node:timers/promises';
import { closeIdle, type Plane } from './plane.ts';

const LONGEST_TIMER_MS = 2_147_483_647;
/** Time for the ends that were sent to arrive. */
const FAREWELL_MS = 3_000;

/** Resolves once nothing is under way to the instance; what still is after `graceMs` is ended. */
export async function drainInstance(plane: Plane, instance: string, graceMs: number): Promise<void> {
  const { inFlight } = plane;
  closeIdle(plane, instance);
  await within(inFlight.whenIdle(instance), graceMs);
  for (const errand of inFlight.list(instance)) errand.abort();
  await within(inFlight.whenIdle(instance), FAREWELL_MS);
  closeIdle(plane, instance);
}

/** Resolves with the work, or when the time is over. */
export async function within(work: Promise<void>, limitMs: number): Promise<void> {
  const timer = new AbortController();
  const limit = delay(Math.min(Math.max(limitMs, 0), LONGEST_TIMER_MS), undefined, { signal: timer.signal }).catch(
    () => undefined,
  );
  await Promise.race([work, limit]);
  timer.abort();
}
