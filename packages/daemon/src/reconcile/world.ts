import type { Logger } from 'pino';
import type { EdgeRoute } from '../core/route-table.ts';
import type { Probe } from '../ports/probe.ts';
import type { Context } from '../use-cases/context.ts';

/** What the reconciler works with beyond the use-cases' context. Built once, in main. */
export interface World extends Context {
  readonly probe: Probe;
  readonly log: Logger;
  /** Routes that lead to no app, but are to be at the edge as well: a dialect's. */
  readonly listOtherRoutes?: () => readonly EdgeRoute[];
  readonly limits: {
    /** Of each container: size of one log file and how many are kept. */
    readonly log: { readonly maxSizeBytes: number; readonly maxFiles: number };
    /** Creates and starts under way at one engine at a time. */
    readonly parallel: number;
    readonly resyncMs: number;
    /** How often it is written down that Berth still watches. */
    readonly seenMs: number;
  };
}
