import type { Socket } from 'node:net';
import type { Arrival } from '../exchange/arrival.ts';
import { noteRefusal } from '../fact/note-refusal.ts';
import { Exchange } from '../exchange/exchange.ts';
import { MessageWriter, type WriterOwner } from '../exchange/message-writer.ts';
import type { AnswerWay, Visitor } from '../exchange/visitor.ts';
import type { VisitorConnection } from '../exchange/visitor-connection.ts';
import { type Page, renderPage } from '../page.ts';
import type { Plane } from '../plane.ts';
import type { Refusal } from '../refusal.ts';
import type { Watched } from '../watch.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import type { FieldList } from '../wire/field-list.ts';
import { headState, type RequestHead } from '../wire/request-head.ts';
import { LEAST_FREED_BYTES } from '../wire/free-memory.ts';
import { Http1Answer } from './http1-answer.ts';
import { RequestBody } from './request-body.ts';

/** From the first byte of a head to its last. */
const HEAD_MS = 30_000;
/** In which a visitor takes nothing of what waits for it. */
const SLOW_READER_MS = 60_000;
/** How long a visitor may go on sending a body after it has been answered: who is cut off may never see the answer. */
const LINGER_MS = 30_000;
/** Time for the end of a connection to be heard. */
const FAREWELL_MS = 2_000;
/** One who has ended its side without having its answer has nearly always gone away, but nobody can see that. */
const HALF_CLOSED_MS = 1_000;
const PROBE_MS = 30_000;
/** What is read ahead while a request is being answered. */
const MOST_HELD_BYTES = 65_536;
const FOREVER = Number.POSITIVE_INFINITY;

const MALFORMED_BODY: Refusal = { code: 'malformed-request', detail: 'The chunks of the body are malformed.' };
const TOO_SLOW: Refusal = { code: 'request-too-slow', detail: 'The request did not come in time.' };

/** One visitor's connection: head, body, answer, and the next head, one request at a time. */
export class Http1Visitor implements Visitor, VisitorConnection, Watched, WriterOwner {
  deadlineMs: number;
  watchedAt = -1;
  readonly #plane: Plane;
  readonly #socket: Socket;
  readonly #arrival: Arrival;
  readonly #writer: MessageWriter;
  readonly #answer: Http1Answer;
  #exchange: Exchange | undefined;
  /** Of the current request, until it is whole. */
  #body: RequestBody | undefined;
  /** What came and cannot be read yet. */
  #held: Buffer | undefined;
  /** Within `#read`: what is told meanwhile must not read on by itself. */
  #isReading = false;
  #isBodyHeldBack = false;
  /** Bytes of the last read are still on their way to the app. */
  #isHeadBegun = false;
  #isRetired = false;
  #hasEnded = false;
  #isTunnel = false;
  #isClosing = false;

  constructor(plane: Plane, socket: Socket, arrival: Arrival) {
    this.#plane = plane;
    this.#socket = socket;
    this.#arrival = arrival;
    this.#writer = new MessageWriter(socket, plane.toVisitors, this);
    this.#answer = new Http1Answer(plane, this.#writer);
    this.deadlineMs = plane.clock.refresh() + HEAD_MS;
    plane.visitorWatch.add(this);
  }

  get isIdle(): boolean {
    return this.#exchange === undefined && this.#held === undefined && this.#body === undefined && !this.#isClosing;
  }

  retire(): void {
    this.#isRetired = true;
    if (this.isIdle) this.#close();
  }

  heard(bytes: Buffer): void {
    if (this.#isClosing) return;
    if (this.#isTunnel) return this.#pass(bytes);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) return this.#read(Buffer.concat([held, bytes]));
    this.#read(bytes);
    if (bytes.length >= LEAST_FREED_BYTES && this.#held === undefined) this.#exchange?.freeBody(bytes);
  }

  /** The visitor has ended its side. */
  ended(): void {
    this.#hasEnded = true;
    if (this.#isClosing) return;
    const exchange = this.#exchange;
    if (this.#isTunnel) exchange?.endBody();
    else if (exchange === undefined) this.#close();
    else if (this.#body === undefined) this.#wait(this.#writer.awaitClear() ? HALF_CLOSED_MS : SLOW_READER_MS);
    else this.#socket.destroy();
  }

  closed(): void {
    this.#plane.visitorWatch.remove(this);
    this.#isClosing = true;
    this.#exchange?.visitorLeft();
    this.#exchange = undefined;
    this.#held = undefined;
  }

  expire(): void {
    if (this.isIdle && !this.#hasEnded) return this.#close();
    const isAnswered = this.#exchange === undefined && this.#body !== undefined;
    if (this.#isClosing || this.#hasEnded || isAnswered || !this.#writer.isClear) return void this.#socket.destroy();
    if (this.#exchange === undefined) this.#refuse(TOO_SLOW);
    else this.#exchange.reject(TOO_SLOW);
  }

  inform(head: AnswerHead, way: AnswerWay): void {
    this.#answer.inform(head, way);
  }

  answer(head: AnswerHead, way: AnswerWay): void {
    this.#settleEnd();
    this.#answer.start(head, way);
  }

  send(bytes: Uint8Array, start: number, end: number): boolean {
    const goesOn = this.#isTunnel ? this.#writer.pass(bytes, start, end) : this.#writer.send(bytes, start, end);
    if (!goesOn) this.#wait(SLOW_READER_MS);
    return goesOn;
  }

  flush(): boolean {
    this.#answer.isUnderWay = true;
    const goesOn = this.#writer.flush();
    if (!goesOn) this.#wait(SLOW_READER_MS);
    else if (this.#hasEnded && !this.#isTunnel) this.#wait(HALF_CLOSED_MS);
    return goesOn;
  }

  finish(trailers: FieldList | undefined): void {
    this.#writer.end(trailers);
    if (this.#isTunnel) this.#socket.end();
    else this.#answered();
  }

  retract(): boolean {
    return this.#answer.retract();
  }

  present(page: Page): void {
    this.#settleEnd();
    this.#answer.present(page);
    this.#answered();
  }

  cut(): void {
    this.#exchange = undefined;
    this.#writer.drop();
    if (this.#isTunnel) return this.#close();
    // A body that ends with the connection would look whole, if the connection ended as it should.
    if (this.#answer.endsWithConnection && !('encrypted' in this.#socket)) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  resumeBody(): void {
    if (!this.#isBodyHeldBack) return;
    this.#isBodyHeldBack = false;
    this.#readOn();
  }

  upgrade(head: AnswerHead, way: AnswerWay): void {
    this.#answer.upgrade(head, way);
    this.#isTunnel = true;
    this.deadlineMs = FOREVER;
    this.#socket.setKeepAlive(true, PROBE_MS);
    this.#readOn();
    // That was before there was a tunnel, and nothing else comes that would tell of it.
    if (this.#hasEnded) this.#exchange?.endBody();
  }

  /** What waited has gone out. */
  drained(): void {
    if (this.#isClosing) return this.#wait(FAREWELL_MS);
    if (this.#exchange === undefined) return;
    this.#waitForVisitor();
    this.#exchange.resumeAnswer();
  }

  #read(bytes: Buffer): void {
    this.#isReading = true;
    let at = 0;
    let from = -1;
    while (at < bytes.length && at !== from) {
      from = at;
      at = this.#step(bytes, at);
    }
    this.#isReading = false;
    if (at < bytes.length) this.#hold(bytes.subarray(at));
    if (this.#exchange === undefined) return this.#endIdle();
    if (this.#body === undefined) return;
    if (!this.#exchange.flushBody()) this.#holdBack();
    this.#waitForVisitor();
  }

  /** Returns where it stopped: where it began, when it cannot go on now. */
  #step(bytes: Buffer, at: number): number {
    if (this.#isClosing) return bytes.length;
    if (this.#isBodyHeldBack) return at;
    if (this.#body !== undefined) return this.#readBody(this.#body, bytes, at);
    return this.#exchange === undefined ? this.#readHead(bytes, at) : at;
  }

  #readHead(bytes: Buffer, at: number): number {
    const { requestHead } = this.#plane;
    const state = requestHead.parse(bytes, at, bytes.length);
    if (state === headState.whole) return this.#begin(requestHead, bytes);
    if (state === headState.partial) return this.#awaitHead(at);
    this.#refuse(requestHead.refusal ?? MALFORMED_BODY);
    return bytes.length;
  }

  #awaitHead(at: number): number {
    if (!this.#isHeadBegun) this.#wait(HEAD_MS);
    this.#isHeadBegun = true;
    return at;
  }

  #begin(head: RequestHead, bytes: Buffer): number {
    const { start, end } = head;
    // It may have to be read again for another instance; the memory of a large read should not wait for that.
    if (bytes.length >= LEAST_FREED_BYTES) head.parse(Buffer.from(bytes.subarray(start, end)), 0, end - start);
    this.#isHeadBegun = false;
    this.#answer.begin(head);
    this.#body = head.hasBody ? new RequestBody(head) : undefined;
    this.#awaitAnswer();
    this.#exchange = new Exchange(this.#plane, this, this.#arrival);
    this.#isBodyHeldBack = this.#body !== undefined;
    if (this.#exchange.start(head)) this.#isBodyHeldBack = false;
    return end;
  }

  #readBody(body: RequestBody, bytes: Buffer, at: number): number {
    if (!body.read(bytes, at, bytes.length)) return this.#failBody(bytes.length);
    if (body.end > body.start && this.#exchange?.sendBody(bytes, body.start, body.end) === false) this.#holdBack();
    if (body.isWhole) this.#endBody(body);
    return body.at;
  }

  #failBody(end: number): number {
    this.#answer.keepsAlive = false;
    if (this.#exchange === undefined) this.#close();
    else this.#exchange.reject(MALFORMED_BODY);
    return end;
  }

  #endBody(body: RequestBody): void {
    this.#body = undefined;
    this.#isBodyHeldBack = false;
    this.#awaitAnswer();
    if (this.#exchange === undefined) this.#served();
    else this.#exchange.endBody(body.trailers);
  }

  /** The bytes of a tunnel. */
  #pass(bytes: Buffer): void {
    if (this.#exchange?.sendBody(bytes, 0, bytes.length) === false) this.#holdBack();
    if (bytes.length >= LEAST_FREED_BYTES) this.#exchange?.freeBody(bytes);
  }

  #hold(bytes: Buffer): void {
    this.#held = bytes;
    if (this.#isBodyHeldBack || (this.#exchange !== undefined && bytes.length > MOST_HELD_BYTES)) this.#socket.pause();
  }

  #holdBack(): void {
    this.#isBodyHeldBack = true;
    this.#socket.pause();
  }

  /** Reads what is held, and then what comes. */
  #readOn(): void {
    if (this.#isReading) return;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.heard(held);
    if (!this.#isBodyHeldBack && this.#socket.isPaused()) this.#socket.resume();
  }

  /** Decides whether the connection ends with this answer, as far as the head can tell. */
  #settleEnd(): void {
    const isBodyUncertain = this.#answer.awaitsContinue && this.#body !== undefined;
    if (isBodyUncertain || this.#isRetired || this.#plane.isStopping) this.#answer.keepsAlive = false;
  }

  /** A head that is not worth an exchange. */
  #refuse(refusal: Refusal): void {
    noteRefusal(this.#plane.accessLog, this.#arrival, refusal);
    this.#answer.beginRefusal();
    this.present(renderPage(refusal, undefined));
  }

  /** The answer is written. */
  #answered(): void {
    this.#exchange = undefined;
    this.#isBodyHeldBack = false;
    if (!this.#answer.keepsAlive) return this.#isAllSaid() ? void this.#socket.destroy() : this.#close();
    if (this.#body === undefined) return this.#served();
    this.#wait(LINGER_MS);
    this.#readOn();
  }

  /** Nothing is left to send or to take: the system brings what it has to the visitor, and then the end. */
  #isAllSaid(): boolean {
    const isTaken = this.#body === undefined && this.#held === undefined && !this.#isReading;
    return isTaken && this.#answer.hasLastSaid && this.#writer.isClear && !('encrypted' in this.#socket);
  }

  /** Request and answer are over, and the connection stays. */
  #served(): void {
    this.#wait(this.#plane.keepAliveMs);
    if (this.#isReading) return;
    this.#readOn();
    this.#endIdle();
  }

  #endIdle(): void {
    // Not when the edge stops: who was told that the connection is kept may be using it in this moment.
    if (this.isIdle && (this.#hasEnded || this.#isRetired)) this.#close();
  }

  /** Lets go out what is written, and takes what still comes until the other side has ended, too. */
  #close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#held = undefined;
    const isOut = this.#writer.awaitClear();
    const patienceMs = this.#body === undefined ? FAREWELL_MS : LINGER_MS;
    this.#wait(isOut ? patienceMs : SLOW_READER_MS);
    this.#socket.end();
    if (this.#socket.isPaused()) this.#socket.resume();
  }

  #waitForVisitor(): void {
    if (this.#body === undefined || this.#isBodyHeldBack) this.#awaitAnswer();
    else this.#wait(this.#exchange?.idleMs ?? LINGER_MS);
  }

  #awaitAnswer(): void {
    if (this.#hasEnded && !this.#isTunnel) this.#wait(HALF_CLOSED_MS);
    else this.deadlineMs = FOREVER;
  }

  #wait(forMs: number): void {
    this.deadlineMs = this.#plane.clock.nowMs + forMs;
  }
}
