import type { MessageWriter } from '../exchange/message-writer.ts';
import type { AnswerWay } from '../exchange/visitor.ts';
import type { Page } from '../page.ts';
import type { Plane } from '../plane.ts';
import type { AnswerHead, BodyKind } from '../wire/answer-head.ts';
import { composeAnswer } from '../wire/compose-answer.ts';
import type { RequestHead } from '../wire/request-head.ts';
import { composePageHead, endsConnection } from './compose-page-head.ts';

const CONTINUE = 100;

/** What the current request of a connection means for its answer: how that is framed, and what becomes of the connection. */
export class Http1Answer {
  /** The connection is kept for another request. */
  keepsAlive = true;
  /** The visitor has said that nothing comes behind this request. */
  hasLastSaid = false;
  /** Something of it is on its way. */
  isUnderWay = false;
  /** Its body ends with the connection. */
  endsWithConnection = false;
  /** The visitor waits with the body: whether it sends it after another answer than 100 cannot be told. */
  awaitsContinue = false;
  readonly #plane: Plane;
  readonly #writer: MessageWriter;
  #isToHead = false;
  #speaks: 'http1.1' | 'http1.0' = 'http1.1';

  constructor(plane: Plane, writer: MessageWriter) {
    this.#plane = plane;
    this.#writer = writer;
  }

  begin({ method, minorVersion, keepsAlive, isWebSocket, expectsContinue }: RequestHead): void {
    // Who wants to switch may have begun to speak otherwise: the connection ends with any other answer.
    this.keepsAlive = keepsAlive && !isWebSocket;
    this.hasLastSaid = !keepsAlive && !isWebSocket;
    this.isUnderWay = false;
    this.endsWithConnection = false;
    this.awaitsContinue = expectsContinue;
    this.#isToHead = method === 'HEAD';
    this.#speaks = minorVersion === 1 && !isWebSocket ? 'http1.1' : 'http1.0';
  }

  /** Of a request that could not be read. */
  beginRefusal(): void {
    this.keepsAlive = false;
    this.hasLastSaid = false;
    this.awaitsContinue = false;
    this.#isToHead = false;
  }

  inform(head: AnswerHead, way: AnswerWay): void {
    if (this.#speaks === 'http1.0' || (head.status === CONTINUE && !this.awaitsContinue)) return;
    if (head.status === CONTINUE) this.awaitsContinue = false;
    this.#compose(head, way);
  }

  start(head: AnswerHead, way: AnswerWay): void {
    // What was said before it was no part of it.
    this.isUnderWay = false;
    const kind = this.#compose(head, way);
    this.#writer.isChunked = kind === 'chunked';
    this.endsWithConnection = kind === 'close';
    if (this.endsWithConnection) this.keepsAlive = false;
  }

  /** The 101: bytes as they are follow. */
  upgrade(head: AnswerHead, way: AnswerWay): void {
    this.#compose(head, way);
    this.isUnderWay = true;
  }

  /** A whole answer of the edge's own. */
  present(page: Page): void {
    this.keepsAlive &&= !endsConnection(page);
    const { clock, dateLine } = this.#plane;
    const order = { keepsAlive: this.keepsAlive, dateLine: dateLine.at(clock.nowMs) };
    composePageHead(this.#writer.collect(), page, order);
    this.#writer.isChunked = false;
    if (!this.#isToHead) this.#writer.send(page.body, 0, page.body.length);
    this.#writer.flush();
  }

  /** Takes it back; false when some of it is on its way. */
  retract(): boolean {
    if (this.isUnderWay) return false;
    this.#writer.drop();
    return true;
  }

  #compose(head: AnswerHead, { passage, host, extra }: AnswerWay): BodyKind {
    const { clock, dateLine } = this.#plane;
    return composeAnswer(this.#writer.collect(), head, {
      speaks: this.#speaks,
      isAnswerToHead: this.#isToHead,
      keepsAlive: this.keepsAlive,
      passage,
      host,
      extra,
      dateLine: dateLine.at(clock.nowMs),
    });
  }
}
