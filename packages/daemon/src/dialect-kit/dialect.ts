import type { FastifyInstance } from 'fastify';
import type { Context } from '../use-cases/context.ts';

/** Says something in the daemon's log, in the name of the dialect. */
export type DialectLog = (level: 'debug' | 'info' | 'warn' | 'error', text: string) => void;

/** What a dialect is made of. */
export interface DialectParts<Settings> {
  readonly settings: Settings;
  readonly context: Context;
  /** The daemon's folder for data. */
  readonly dataFolder: string;
  readonly log: DialectLog;
}

/** An older API, spoken on top of the use-cases. */
export interface Dialect {
  /** Adds its routes to a scope that already answers what is thrown, see `dialectScope`. */
  readonly addRoutes: (scope: FastifyInstance) => void | Promise<void>;
  /** Begins what it does by itself. Rejects when it cannot; the daemon then does not start. */
  readonly start?: (place: DialectAddress) => Promise<void>;
  /** Ends what it does by itself. */
  readonly stop?: () => Promise<void> | void;
}

/** Where a dialect is truly reached on this machine: what a request's path begins with, and the address of the listener. */
export interface DialectAddress {
  readonly host: string;
  readonly port: number;
  /** Empty, or `/prefix`. */
  readonly prefix: string;
}

/** `listen` alone, or `prefix` alone. */
export interface DialectPlace {
  readonly listen?: string | undefined;
  readonly prefix?: string | undefined;
}
