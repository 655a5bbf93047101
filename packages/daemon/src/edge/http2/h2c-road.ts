import type { EdgeTarget } from '../../core/route-table.ts';
import type { Upstream, UpstreamListener, UpstreamOrder, UpstreamRoad } from '../exchange/upstream.ts';
import { AnswerHead } from '../wire/answer-head.ts';
import { H2cSession } from './h2c-session.ts';
import { type H2cGround, H2cUpstream } from './h2c-upstream.ts';

interface Pool {
  readonly target: EdgeTarget;
  readonly sessions: Set<H2cSession>;
}

/** The way to instances that speak HTTP/2 without being asked (RFC 9113, 3.3), as gRPC does. */
export class H2cRoad implements UpstreamRoad {
  readonly #ground: H2cGround;
  readonly #pools = new Map<string, Pool>();

  constructor(ground: Pick<H2cGround, 'clock' | 'watch'>) {
    this.#ground = { ...ground, head: new AnswerHead() };
  }

  open(order: UpstreamOrder, listener: UpstreamListener): Upstream {
    const { sessions, target } = this.#poolOf(order.target);
    const kept = order.isRepeated ? undefined : [...sessions].find(({ hasRoom }) => hasRoom);
    const session = kept ?? new H2cSession(target, (ended) => sessions.delete(ended));
    sessions.add(session);
    return new H2cUpstream(this.#ground, session, { order, listener });
  }

  closeIdle(instance: string): void {
    for (const session of this.#pools.get(instance)?.sessions ?? []) session.close();
  }

  sweep(): void {
    for (const [instance, { sessions }] of this.#pools) if (sessions.size === 0) this.#pools.delete(instance);
  }

  /** An instance may come back at another address. */
  #poolOf(target: EdgeTarget): Pool {
    const found = this.#pools.get(target.instance);
    if (found !== undefined && placeOf(found.target) === placeOf(target)) return found;
    this.closeIdle(target.instance);
    const pool = { target, sessions: new Set<H2cSession>() };
    this.#pools.set(target.instance, pool);
    return pool;
  }
}

function placeOf({ host, port, socketPath, tls }: EdgeTarget): string {
  return JSON.stringify([host, port, socketPath, tls]);
}
