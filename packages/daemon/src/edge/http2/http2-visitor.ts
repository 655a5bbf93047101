import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Arrival } from '../exchange/arrival.ts';
import { noteRefusal } from '../fact/note-refusal.ts';
import { Exchange } from '../exchange/exchange.ts';
import type { AnswerWay, Visitor } from '../exchange/visitor.ts';
import { type Page, renderPage } from '../page.ts';
import type { Plane } from '../plane.ts';
import type { Refusal } from '../refusal.ts';
import type { Watched } from '../watch.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import { pairsOfAnswer } from '../wire/field-pairs.ts';
import type { FieldList } from '../wire/field-list.ts';
import { findNamed } from '../wire/field-text.ts';
import { headState, type RequestHead } from '../wire/request-head.ts';
import { keepTrailers } from '../wire/trailer.ts';
import { readTrailers } from './field-bytes.ts';
import type { HeldBodies } from './held-bodies.ts';
import { type RenderedRequest, renderRequest } from './render-request.ts';
import { toHeaders } from './to-headers.ts';
import { acceptOf, makeWebSocketKey } from './web-socket-key.ts';

/** In which a visitor takes nothing of what waits for it. */
const SLOW_READER_MS = 60_000;
/** How long a visitor may go on sending a body after it has been answered. */
const LINGER_MS = 30_000;
const FOREVER = Number.POSITIVE_INFINITY;
/** What is collected for one write. */
const MOST_COLLECTED_BYTES = 65_536;

const MALFORMED: Refusal = {
  code: 'malformed-request',
  detail: 'The head of the request is not as HTTP/2 wants it.',
};
const TOO_SLOW: Refusal = { code: 'request-too-slow', detail: 'The request did not come in time.' };
const BUSY: Refusal = {
  code: 'app-busy',
  detail: 'Too much is being sent that waits for apps. Try again in a moment.',
};
const UNACCEPTED: Refusal = {
  code: 'app-answer-malformed',
  detail: 'The app switched to a WebSocket that was not asked for.',
};

/** An answer's head that nothing has gone out of. */
interface HeldAnswer {
  /** Name, value, name, value … */
  readonly fields: readonly string[];
  readonly isWhole: boolean;
}

interface VisitorGround {
  readonly plane: Plane;
  readonly heldBodies: HeldBodies;
}

/** One request of an HTTP/2 connection. */
export class Http2Visitor implements Visitor, Watched {
  deadlineMs = FOREVER;
  watchedAt = -1;
  /** The edge ended it early: no doing of the visitor's. */
  wasCut = false;
  readonly #plane: Plane;
  readonly #heldBodies: HeldBodies;
  readonly #stream: ServerHttp2Stream;
  readonly #arrival: Arrival;
  readonly #exchange: Exchange;
  #webSocketKey = '';
  #held: HeldAnswer | undefined;
  #collected: Buffer[] = [];
  #collectedBytes = 0;
  #trailers: readonly (readonly [string, string])[] = [];
  #isToHead = false;
  #takesTrailers = false;
  #awaitsContinue = false;
  #isTunnel = false;
  #isBodyWhole = true;
  #isBodyHeldBack = false;
  #isAnswered = false;

  constructor({ plane, heldBodies }: VisitorGround, stream: ServerHttp2Stream, arrival: Arrival) {
    this.#plane = plane;
    this.#heldBodies = heldBodies;
    this.#stream = stream;
    this.#arrival = arrival;
    this.#exchange = new Exchange(plane, this, arrival);
  }

  /** `raw` is name, value, name, value …; `isOpen`: more of the stream follows. */
  start(raw: readonly string[], isOpen: boolean): void {
    this.#listen();
    if (raw.includes(':protocol')) this.#webSocketKey = makeWebSocketKey();
    const rendered = renderRequest(raw, { isOpen, webSocketKey: this.#webSocketKey });
    if (rendered === undefined) return this.#refuseHead(MALFORMED);
    const { requestHead } = this.#plane;
    const { head } = rendered;
    const state = requestHead.parse(head, 0, head.length);
    this.#isToHead = requestHead.method === 'HEAD';
    if (state !== headState.whole) return this.#refuseHead(requestHead.refusal ?? MALFORMED);
    this.#exchangeFor(requestHead, rendered);
  }

  inform(head: AnswerHead, way: AnswerWay): void {
    if (head.status === 100 && !this.#awaitsContinue) return;
    this.#awaitsContinue = false;
    if (!this.#stream.headersSent) this.#stream.additionalHeaders(toHeaders(this.#fieldsOf(head, way)));
  }

  answer(head: AnswerHead, way: AnswerWay): void {
    const isWhole = head.bodyKind(this.#isToHead) === 'none' || head.contentLength === 0;
    this.#held = { fields: this.#fieldsOf(head, way), isWhole };
  }

  /** What is sent is collected until `flush`, as a copy: the stream takes its time. */
  send(bytes: Uint8Array, start: number, end: number): boolean {
    this.#collected.push(Buffer.from(bytes.subarray(start, end)));
    this.#collectedBytes += end - start;
    return this.#collectedBytes < MOST_COLLECTED_BYTES ? this.#hasRoom() : this.flush();
  }

  flush(): boolean {
    this.#begin();
    if (this.#collected.length > 0 && this.#stream.writable) this.#stream.write(Buffer.concat(this.#collected));
    this.#collected = [];
    this.#collectedBytes = 0;
    return this.#hasRoom();
  }

  finish(trailers: FieldList | undefined): void {
    if (trailers !== undefined) this.#trailers = keepTrailers(trailers);
    this.flush();
    this.#stream.end();
    if (!this.#isTunnel) this.#answered();
  }

  retract(): boolean {
    if (this.#held === undefined) return false;
    this.#held = undefined;
    this.#collected = [];
    this.#collectedBytes = 0;
    return true;
  }

  present({ status, headers, body }: Page): void {
    const fields = headers.map((word, at) => (at % 2 === 0 ? word.toLowerCase() : word));
    const connection = fields.findIndex((word, at) => at % 2 === 0 && word === 'connection');
    if (connection !== -1) fields.splice(connection, 2);
    const isWhole = this.#isToHead || body.length === 0;
    this.#held = { fields: [':status', String(status), ...fields], isWhole };
    if (!isWhole) this.send(body, 0, body.length);
    this.finish(undefined);
  }

  cut(): void {
    this.wasCut = true;
    if (this.#isTunnel) this.#stream.close(constants.NGHTTP2_NO_ERROR);
    else this.#breakOff();
  }

  resumeBody(): void {
    this.#letGo();
    this.#readOn();
  }

  upgrade(head: AnswerHead, way: AnswerWay): void {
    this.#isTunnel = true;
    this.#isBodyWhole = false;
    if (findNamed(head.fields, 'sec-websocket-accept') !== acceptOf(this.#webSocketKey)) return this.#refuseTunnel();
    const [, , ...fields] = this.#fieldsOf(head, way);
    this.#held = { fields: [':status', '200', ...withoutAccept(fields)], isWhole: false };
    this.#begin();
    this.#readOn();
  }

  /** Its time is over. */
  expire(): void {
    this.deadlineMs = FOREVER;
    if (!this.#isAnswered && this.#hasRoom()) return this.#exchange.reject(TOO_SLOW);
    this.wasCut = true;
    if (this.#isAnswered && this.#stream.writableFinished) this.#stream.close(constants.NGHTTP2_NO_ERROR);
    else this.#breakOff();
  }

  /** With RST_STREAM INTERNAL_ERROR; `close` would end the body as if it were whole. */
  #breakOff(): void {
    this.#stream.destroy(new Error('The answer cannot be completed.'));
  }

  #exchangeFor(head: RequestHead, { isWebSocket, takesTrailers }: RenderedRequest): void {
    this.#takesTrailers = takesTrailers;
    this.#awaitsContinue = head.expectsContinue;
    this.#isBodyWhole = !head.hasBody && !isWebSocket;
    const takesBody = this.#exchange.start(head);
    if (this.#isBodyWhole || isWebSocket || this.#isAnswered) return;
    if (!this.#exchange.flushBody() || !takesBody) this.#holdBack();
    this.#readOn();
  }

  /** A head that is not worth an exchange. */
  #refuseHead(refusal: Refusal): void {
    noteRefusal(this.#plane.accessLog, this.#arrival, refusal);
    this.#refuse(refusal);
  }

  #refuse(refusal: Refusal): void {
    this.present(renderPage(refusal, undefined));
  }

  #listen(): void {
    const stream = this.#stream;
    this.#plane.visitorWatch.add(this);
    stream.on('error', () => undefined);
    stream.once('close', () => {
      this.#letGo();
      this.#plane.visitorWatch.remove(this);
      this.#exchange.visitorLeft();
    });
    stream.on('drain', () => {
      this.#waitForBody();
      this.#exchange.resumeAnswer();
    });
    stream.on('wantTrailers', () => stream.sendTrailers(toHeaders(this.#trailers.flat())));
  }

  /** Pieces of the body, or of a tunnel. */
  #hear(): void {
    const stream = this.#stream;
    let trailers: FieldList | undefined;
    stream.on('data', (bytes: Buffer) => {
      if (!this.#exchange.sendBody(bytes, 0, bytes.length)) this.#holdBack();
      if (!this.#exchange.flushBody()) this.#holdBack();
      this.#waitForBody();
    });
    stream.once('trailers', (_, __, raw) => (trailers = readTrailers(raw)));
    stream.once('end', () => {
      this.#isBodyWhole = true;
      this.deadlineMs = FOREVER;
      if (!stream.aborted) this.#exchange.endBody(trailers);
    });
  }

  #readOn(): void {
    if (this.#stream.listenerCount('data') === 0) this.#hear();
    if (this.#isBodyHeldBack) this.#stream.pause();
    else this.#stream.resume();
    this.#waitForBody();
  }

  #holdBack(): void {
    this.#stream.pause();
    if (this.#isBodyHeldBack) return;
    if (this.#heldBodies.isFull) return this.#exchange.reject(BUSY);
    this.#isBodyHeldBack = true;
    this.#heldBodies.enter();
  }

  #letGo(): void {
    if (this.#isBodyHeldBack) this.#heldBodies.leave();
    this.#isBodyHeldBack = false;
  }

  #refuseTunnel(): void {
    this.#exchange.visitorLeft();
    this.#refuse(UNACCEPTED);
  }

  #fieldsOf(head: AnswerHead, { passage, host, extra }: AnswerWay): readonly string[] {
    const { clock, dateLine } = this.#plane;
    const pairs = pairsOfAnswer(head, {
      speaks: 'http2',
      isAnswerToHead: this.#isToHead,
      keepsAlive: true,
      passage,
      host,
      extra,
      dateLine: dateLine.at(clock.nowMs),
    });
    return [':status', String(head.status), ...pairs.flat()];
  }

  /** The head goes out. */
  #begin(): void {
    const held = this.#held;
    if (held === undefined || this.#stream.destroyed || this.#stream.headersSent) return;
    this.#held = undefined;
    this.#stream.respond(held.fields, {
      endStream: held.isWhole,
      waitForTrailers: !held.isWhole && this.#takesTrailers && !this.#isTunnel,
    });
  }

  #hasRoom(): boolean {
    if (!this.#stream.writableNeedDrain) return true;
    this.#wait(SLOW_READER_MS);
    return false;
  }

  #answered(): void {
    this.#isAnswered = true;
    if (this.#isBodyWhole) this.deadlineMs = FOREVER;
    else this.#linger();
  }

  /** What still comes of the body is of no use to anybody. */
  #linger(): void {
    this.#wait(LINGER_MS);
    this.#letGo();
    this.#stream.resume();
  }

  #waitForBody(): void {
    if (this.#isAnswered) return;
    if (this.#isTunnel || this.#isBodyWhole || this.#isBodyHeldBack) this.deadlineMs = FOREVER;
    else this.#wait(this.#exchange.idleMs);
  }

  #wait(forMs: number): void {
    this.deadlineMs = this.#plane.clock.nowMs + forMs;
  }
}

/** It answers a key that the visitor did not send. */
function withoutAccept(fields: readonly string[]): readonly string[] {
  const at = fields.indexOf('sec-websocket-accept');
  return at === -1 ? fields : [...fields.slice(0, at), ...fields.slice(at + 2)];
}
