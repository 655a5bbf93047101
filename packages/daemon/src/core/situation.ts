import type { App, Release } from './app.ts';
import type { Instance } from './instance.ts';

/** All that a decision about one app may look at. */
export interface Situation {
  readonly app: App;
  /** By number: at least the target and the serving one. */
  readonly releases: ReadonlyMap<number, Release>;
  readonly instances: readonly Instance[];
  /** Keys of steps under way: nothing is decided twice. */
  readonly busy: ReadonlySet<string>;
  readonly now: number;
}
