import { setTimeout as delay } from 'node:timers/promises';
import { timeMs } from './turn.ts';

/** Berth writes its records a second after a change; that is not to fall on whoever comes next. */
const REST_MS = 2_000;

/** There and back, in milliseconds each: the state afterwards is that before. */
export interface Cycle {
  readonly out: number;
  readonly back: number;
}

/** What goes there and back, each time it is called, and rests afterwards. */
export function createCycle(out: () => Promise<unknown>, back: () => Promise<unknown>): () => Promise<Cycle> {
  return async () => {
    const cycle = { out: await timeMs(out), back: await timeMs(back) };
    await delay(REST_MS);
    return cycle;
  };
}
