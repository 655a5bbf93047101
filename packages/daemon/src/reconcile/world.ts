import type { Logger } from 'pino';
import type { Probe } from '../ports/probe.ts';
import type { Context } from '../use-cases/context.ts';

/** What the reconciler works with beyond the use-cases' context. Built once, in main. */
export interface World extends Context {
  readonly probe: Probe;
  readonly log: Logger;
  readonly limits: {
    /** Of each container: size of one log file and how many are kept. */
    readonly log: { readonly maxSizeBytes: number; readonly maxFiles: number };
    /** Creates and starts under way at one engine at a time. */
    readonly parallel: number;
    readonly resyncMs: number;
  };
}
