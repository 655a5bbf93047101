import type { AnswerHead } from '../wire/answer-head.ts';
import type { FieldList } from '../wire/field-list.ts';
import type { Passage } from '../wire/passage.ts';
import type { Page } from '../page.ts';

/** What of a request's way shows in its answer. */
export interface AnswerWay {
  readonly passage: Passage;
  /** The visitor's Host; empty where `changesPlaces` says no of the passage. */
  readonly host: string;
  /** Whole lines that are added; undefined when none are. */
  readonly extra: Uint8Array | undefined;
}

/**
 * Who asked: one request of an HTTP/1 connection, or one HTTP/2 stream. The exchange tells it what to send; heads and
 * bytes are valid during the call only, so that one buffer serves all reads of an upstream connection.
 */
export interface Visitor {
  /** An interim answer (1xx) other than 101. */
  inform(head: AnswerHead, way: AnswerWay): void;
  /** The final answer's head; comes once. The visitor frames the body anew, in its own protocol's way. */
  answer(head: AnswerHead, way: AnswerWay): void;
  /** A piece of the body, without framing; after `upgrade`, bytes as they are. False: not all of it has gone out and `bytes` may still be in use; say `Exchange.resumeAnswer` once it has. */
  send(bytes: Uint8Array, start: number, end: number): boolean;
  /** Comes after each read of the upstream connection: what was collected goes out now, in one write. False: say `Exchange.resumeAnswer` once it has. */
  flush(): boolean;
  /** The body is whole; after `upgrade`: the app sends no more, but may still listen. */
  finish(trailers: FieldList | undefined): void;
  /** Takes the answer back if none of it has gone out; false when it is too late for that. */
  retract(): boolean;
  /** A whole answer in the edge's own name, before any other has begun. Nothing else comes after it. */
  present(page: Page): void;
  /** The answer cannot be completed: it must not look whole. Nothing else comes after it. */
  cut(): void;
  /** The upstream takes (more of) the request's body, after an `Exchange.start` or `sendBody` that said false. */
  resumeBody(): void;
  /**
   * The app's 101: from now on bytes pass untouched, down by `send`, `flush` and `finish`, up by `Exchange.sendBody` and
   * `endBody`. Comes only for a head with `isWebSocket`.
   */
  upgrade(head: AnswerHead, way: AnswerWay): void;
}
