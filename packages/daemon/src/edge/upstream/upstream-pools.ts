import type { EdgeTarget } from '../../core/route-table.ts';

const MOST_IDLE = 64;

/** A connection that a pool keeps. */
export interface PooledConnection {
  /** It has not idled too long, and is open. */
  readonly isFresh: boolean;
  close(): void;
}

/** The kept connections to one instance, the last used first: those that idle longest are let go. */
export class UpstreamPool<Connection extends PooledConnection> {
  #target: EdgeTarget;
  readonly #idle: Connection[] = [];
  #openCount = 0;

  constructor(target: EdgeTarget) {
    this.#target = target;
  }

  /** An instance may come back at another address. */
  leadsTo(target: EdgeTarget): boolean {
    if (this.#target === target) return true;
    if (!isSamePlace(this.#target, target)) return false;
    this.#target = target;
    return true;
  }

  get openCount(): number {
    return this.#openCount;
  }

  opened(): void {
    this.#openCount += 1;
  }

  closed(upstream: Connection): void {
    this.#openCount -= 1;
    const at = this.#idle.lastIndexOf(upstream);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  take(): Connection | undefined {
    for (let upstream = this.#idle.pop(); upstream !== undefined; upstream = this.#idle.pop()) {
      if (upstream.isFresh) return upstream;
      upstream.close();
    }
    return undefined;
  }

  put(upstream: Connection): void {
    if (this.#idle.length < MOST_IDLE) this.#idle.push(upstream);
    else upstream.close();
  }

  /** What is in use goes on. */
  closeIdle(): void {
    for (const upstream of this.#idle.splice(0)) upstream.close();
  }
}

/** The kept connections to each instance. */
export class UpstreamPools<Connection extends PooledConnection> {
  readonly #pools = new Map<string, UpstreamPool<Connection>>();

  get(target: EdgeTarget): UpstreamPool<Connection> {
    const found = this.#pools.get(target.instance);
    if (found?.leadsTo(target) === true) return found;
    found?.closeIdle();
    const pool = new UpstreamPool<Connection>(target);
    this.#pools.set(target.instance, pool);
    return pool;
  }

  closeIdle(instance: string): void {
    this.#pools.get(instance)?.closeIdle();
  }

  /** Forgets the instances that no connection leads to. */
  sweep(): void {
    for (const [instance, pool] of this.#pools) if (pool.openCount === 0) this.#pools.delete(instance);
  }
}

function isSamePlace(one: EdgeTarget, other: EdgeTarget): boolean {
  const isSameAddress = one.host === other.host && one.port === other.port && one.socketPath === other.socketPath;
  // Two routes to one instance each have their own words for it, nearly always without TLS.
  return isSameAddress && (one.tls === other.tls || JSON.stringify(one.tls) === JSON.stringify(other.tls));
}
