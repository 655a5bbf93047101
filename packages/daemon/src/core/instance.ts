import type { InstanceHealth, InstanceState } from '@berth/spec/instance';
import type { PublishedPort } from './container.ts';

/** One container of an app as last observed. Times are epoch milliseconds. */
export interface Instance {
  readonly id: string;
  readonly appId: string;
  readonly release: number;
  readonly generation: number;
  readonly slot: number;
  readonly state: InstanceState;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
  /** The engine's words when its last start failed, else empty. */
  readonly error: string;
  /** Where it is reached, while it runs and serves a port. */
  readonly address: Address | null;
  /** Where its ports are reached on the engine's host, while it runs. */
  readonly published: readonly PublishedPort[];
  /** What Berth's own observation adds to the engine's. */
  readonly watch: Watch;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What is known of an instance beyond the engine's word; forgotten with the process, and then learnt again. */
export interface Watch {
  readonly health: InstanceHealth;
  /** Ends by itself since it last ran well: the base of the back-off. */
  readonly failures: number;
  /** How often Berth started it again after it ended by itself. */
  readonly restarts: number;
  /** Earliest time of the next start. */
  readonly notBefore: number;
  /** The address under which the edge's table has it, as `host:port`; null when it is in no route. */
  readonly routedAs: string | null;
  /** Taken out of the table, and nothing is in flight any more. */
  readonly drained: boolean;
  /** Its files were put into it by this process: one that a crash left half filled is filled again before it starts. */
  readonly filled: boolean;
}

export const newWatch: Watch = {
  health: 'unknown',
  failures: 0,
  restarts: 0,
  notBefore: 0,
  routedAs: null,
  drained: false,
  filled: false,
};

/** Takes traffic: runs, and the probes from outside agree. */
export function isReady(instance: Instance): boolean {
  return instance.state === 'running' && instance.watch.health === 'healthy';
}

export function isAlive(instance: Instance): boolean {
  return instance.state === 'running' || instance.state === 'paused' || instance.state === 'restarting';
}

export function isRouted(instance: Instance): boolean {
  return instance.watch.routedAs !== null;
}
