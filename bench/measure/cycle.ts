import { timeMs } from './turn.ts';

/** There and back, in milliseconds each: the state afterwards is that before. */
export interface Cycle {
  readonly out: number;
  readonly back: number;
}

/** What goes there and back, each time it is called. */
export function createCycle(out: () => Promise<unknown>, back: () => Promise<unknown>): () => Promise<Cycle> {
  return async () => ({ out: await timeMs(out), back: await timeMs(back) });
}
