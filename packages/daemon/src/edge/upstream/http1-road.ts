import type { Upstream, UpstreamListener, UpstreamOrder, UpstreamRoad } from '../exchange/upstream.ts';
import { SharedSlab } from '../exchange/message-writer.ts';
import { AnswerHead } from '../wire/answer-head.ts';
import { Http1Upstream, type UpstreamGround } from './http1-upstream.ts';
import { LargeBuffers } from './read-buffer.ts';
import { UpstreamPools } from './upstream-pools.ts';

/** The way to instances that speak HTTP/1.1: over a kept connection, or a fresh one. */
export class Http1Road implements UpstreamRoad {
  readonly #pools: UpstreamPools<Http1Upstream> = new UpstreamPools();
  readonly #ground: UpstreamGround;

  constructor(ground: Pick<UpstreamGround, 'clock' | 'watch'>) {
    this.#ground = { ...ground, slab: new SharedSlab(), head: new AnswerHead(), large: new LargeBuffers() };
  }

  open(order: UpstreamOrder, listener: UpstreamListener): Upstream {
    const pool = this.#pools.get(order.target);
    const kept = order.isRepeated ? undefined : pool.take();
    const upstream = kept ?? new Http1Upstream(this.#ground, pool, order.target);
    upstream.begin(order, listener);
    return upstream;
  }

  closeIdle(instance: string): void {
    this.#pools.closeIdle(instance);
  }

  sweep(): void {
    this.#pools.sweep();
  }
}
