/** How long the engine may be silent, in milliseconds. Every call has one of these bounds. */
export interface DockerTimeouts {
  /** Until a connection stands. */
  readonly connectMs: number;
  /** Calls the engine answers from memory or disk. */
  readonly quickMs: number;
  /** Calls that make, start or take away a container. */
  readonly startMs: number;
  /** On top of the grace a stop gives the container. */
  readonly stopExtraMs: number;
  /** Pulls, builds and uploads: the longest pause between two bytes. */
  readonly idleMs: number;
}

export const defaultTimeouts: DockerTimeouts = {
  connectMs: 5_000,
  quickMs: 30_000,
  startMs: 120_000,
  stopExtraMs: 30_000,
  idleMs: 300_000,
};
