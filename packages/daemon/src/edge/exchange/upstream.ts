import type { AnswerHead } from '../wire/answer-head.ts';
import type { FieldList } from '../wire/field-list.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { EdgeRoute, EdgeTarget } from '../../core/route-table.ts';
import type { Origin } from '../wire/origin.ts';
import type { Passage } from '../wire/passage.ts';

/** What is to be sent where. Read while an upstream is being opened, and not kept: the head's object serves others next. */
export interface UpstreamOrder {
  readonly head: RequestHead;
  readonly route: EdgeRoute;
  readonly target: EdgeTarget;
  readonly origin: Origin;
  readonly passage: Passage;
  /** A kept connection has just failed: take a fresh one. */
  readonly isRepeated: boolean;
}

/** One request's channel to one instance: an HTTP/1 connection of a pool, or a stream of an HTTP/2 session. */
export interface Upstream {
  /** False: the connection is only being made; no body is sent until `UpstreamListener.drained`. */
  readonly isConnected: boolean;
  /**
   * A piece of the request's body, without framing; after `upgraded`, bytes as they are. They may be in use until they have
   * gone out, so that each read has memory of its own. False: nothing more until `UpstreamListener.drained`.
   */
  send(bytes: Uint8Array, start: number, end: number): boolean;
  /** What was collected of head and body goes out now. False as in `send`. */
  flush(): boolean;
  /** The request's body is whole; flushes. After `upgraded`: the visitor sends no more. */
  end(trailers: FieldList | undefined): void;
  /** Of these bytes pieces were sent, and nobody else uses them: their memory may be freed once they have gone out. */
  free(memory: Buffer): void;
  /** Goes on reading after a `received` or `flushed` that said false. */
  resume(): void;
  /** Ends it early; nothing is heard of it any more, and its connection is not used again. */
  abort(): void;
}

/**
 * Why an upstream gave no whole answer. `unconnected`: not a byte was sent. `stale`: a kept connection ended before a
 * byte of an answer. `silent`: the route's patience is over.
 */
export type UpstreamFailure = 'unconnected' | 'stale' | 'ended' | 'malformed' | 'silent';

/** What an upstream tells; heads and bytes are valid during the call only. Nothing comes while `openUpstream` runs. */
export interface UpstreamListener {
  informed(head: AnswerHead): void;
  answered(head: AnswerHead): void;
  /** The answer to a head with `isWebSocket` that switches to it. */
  upgraded(head: AnswerHead): void;
  /** False: the visitor cannot take more now, and may be using these bytes until it can; the upstream stops reading until `Upstream.resume`. */
  received(bytes: Uint8Array, start: number, end: number): boolean;
  /** One read of the connection is dealt with. False: as in `received`, but no bytes are in use. */
  flushed(): boolean;
  /** The answer is whole; after `upgraded`: the app sends no more. */
  finished(trailers: FieldList | undefined): void;
  /** Connected, or all that was sent has gone out. */
  drained(): void;
  /** No more comes. `reason` is for the log. */
  failed(failure: UpstreamFailure, reason?: string): void;
}

/** A way to instances. */
export interface UpstreamRoad {
  /** Throws on targets that cannot be connected to. */
  open(order: UpstreamOrder, listener: UpstreamListener): Upstream;
  /** Closes the kept connections to an instance; what is in use goes on. */
  closeIdle(instance: string): void;
  /** Forgets the instances that no connection leads to. */
  sweep(): void;
}
