import { within } from './drain.ts';
import type { EdgeParts } from './edge-parts.ts';

const TIDY_MS = 50;
/** Time for the ends that were sent to arrive. */
const FAREWELL_MS = 3_000;

export interface Farewell {
  /** How long what is under way may go on. */
  readonly graceMs: number;
  /** How long a connection is idle before it is closed: who has been silent for some time does not speak in that very moment. */
  readonly patienceMs: number;
  /** Ends the grace before its time. */
  readonly hastened: Promise<void>;
}

/** Resolves when no visitor is left. What is under way may end by itself; nothing comes after it. */
export async function windDown({ plane, door, file }: EdgeParts, farewell: Farewell): Promise<void> {
  const { graceMs, patienceMs, hastened } = farewell;
  plane.isStopping = true;
  door.bidFarewell();
  door.retire(patienceMs);
  // What falls idle, or is shaken hands with now, would be kept for its whole time.
  const tidying = setInterval(() => door.retire(patienceMs), TIDY_MS);
  const closed = door.whenEmpty();
  await within(Promise.race([closed, hastened]), graceMs);
  for (const errand of plane.inFlight.listAll()) errand.abort();
  await within(closed, FAREWELL_MS);
  clearInterval(tidying);
  door.closeAll();
  await Promise.all([file.flush(), plane.accessLog?.close()]);
}
