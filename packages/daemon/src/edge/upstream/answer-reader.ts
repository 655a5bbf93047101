import type { UpstreamListener } from '../exchange/upstream.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import { ChunkReader, chunkStep } from '../wire/chunk-reader.ts';
import type { FieldList } from '../wire/field-list.ts';
import { headState, mostHeadBytes, type RequestHead } from '../wire/request-head.ts';
import { readKeepAliveMs } from './keep-alive.ts';

/** Where in an answer the next byte stands; `nowhere`: none is expected, or none is read any more. */
const place = { nowhere: 0, head: 1, length: 2, chunks: 3, rest: 4, tunnel: 5 } as const;
type Place = (typeof place)[keyof typeof place];

/** What a read came to: the answer goes on, is whole, or cannot be understood. */
export const readOutcome = { more: 0, whole: 1, fault: 2 } as const;
export type ReadOutcome = (typeof readOutcome)[keyof typeof readOutcome];

const LINE_FEED = 10;

/** Reads the answers of one connection, one after the other, and tells what it finds as it finds it. */
export class AnswerReader {
  /** How long the connection may idle after this answer; 0: it is not to be used again. */
  keepAliveMs = 0;
  /** A byte of this answer has come. */
  hasBegun = false;
  /** Bytes of the last read may still be in use. */
  isPinned = false;
  readonly #head: AnswerHead;
  #listener: UpstreamListener | undefined;
  #place: Place = place.nowhere;
  #isToHead = false;
  #isToWebSocket = false;
  #left = 0;
  #chunks: ChunkReader | undefined;
  /** What came of a head that is not whole yet. */
  #held: Buffer | undefined;
  #isFaulty = false;

  /** `head` is for everybody who reads: it says nothing after the event in which it was read. */
  constructor(head: AnswerHead) {
    this.#head = head;
  }

  /** In a body that lasts until the connection ends. */
  get isInRest(): boolean {
    return this.#place === place.rest;
  }

  get isInTunnel(): boolean {
    return this.#place === place.tunnel;
  }

  /** The final answer has begun. */
  get isBehindHead(): boolean {
    return this.#place > place.head;
  }

  /** After `whole`, if there were any. */
  get trailers(): FieldList | undefined {
    return this.#chunks?.trailers;
  }

  /** A request goes out. */
  expect(listener: UpstreamListener, { method, isWebSocket }: RequestHead): void {
    this.#listener = listener;
    this.#place = place.head;
    this.#isToHead = method === 'HEAD';
    this.#isToWebSocket = isWebSocket;
    this.keepAliveMs = 0;
    this.hasBegun = false;
    this.isPinned = false;
    this.#chunks?.reset();
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#listener = undefined;
    this.#place = place.nowhere;
    this.#held = undefined;
    this.keepAliveMs = 0;
  }

  /** Reads `bytes` up to `end`. */
  read(bytes: Buffer, end: number): ReadOutcome {
    this.hasBegun = true;
    if (this.#held !== undefined) return this.#readBehindHeld(this.#held, bytes.subarray(0, end));
    let at = 0;
    this.isPinned = false;
    do at = this.#step(bytes, at, end);
    while (at < end && this.#place !== place.nowhere);
    if (this.#isFaulty) return readOutcome.fault;
    if (this.#place !== place.nowhere) return readOutcome.more;
    // What comes behind an answer was not asked for: whose would it be?
    return at < end ? readOutcome.fault : readOutcome.whole;
  }

  #readBehindHeld(held: Buffer, bytes: Buffer): ReadOutcome {
    const joined = Buffer.concat([held, bytes]);
    this.#held = undefined;
    // A head is understood line by line: without a line's end, looking again would find nothing new.
    if (bytes.includes(LINE_FEED) || joined.length >= mostHeadBytes) return this.read(joined, joined.length);
    this.#held = joined;
    return readOutcome.more;
  }

  /** Returns where it stopped. */
  #step(bytes: Buffer, at: number, end: number): number {
    switch (this.#place) {
      case place.head:
        return this.#readHead(bytes, at, end);
      case place.length:
        return this.#readLength(bytes, at, end);
      case place.chunks:
        return this.#readChunk(bytes, at, end);
      case place.rest:
      case place.tunnel:
        return this.#pass(bytes, at, end);
      default:
        return at;
    }
  }

  #readHead(bytes: Buffer, at: number, end: number): number {
    const head = this.#head;
    const state = head.parse(bytes, at, end);
    if (state === headState.refused) return this.#fail(end);
    if (state === headState.partial) {
      this.#held = Buffer.from(bytes.subarray(at, end));
      return end;
    }
    const after = head.end;
    if (head.status === 101) return this.#switch(head) ? after : this.#fail(end);
    if (head.status < 200) this.#listener?.informed(head);
    else this.#begin(head);
    return after;
  }

  /** Only what was asked for may be switched to. */
  #switch(head: AnswerHead): boolean {
    if (!this.#isToWebSocket || !head.isWebSocket) return false;
    this.#place = place.tunnel;
    this.#listener?.upgraded(head);
    return true;
  }

  #begin(head: AnswerHead): void {
    const kind = head.bodyKind(this.#isToHead);
    // Many an app goes on ignoring what comes behind an upgrade that it has declined.
    this.keepAliveMs = kind === 'close' || this.#isToWebSocket ? 0 : readKeepAliveMs(head);
    this.#left = head.contentLength;
    if (kind === 'chunked') this.#chunks ??= new ChunkReader();
    this.#place = kind === 'length' && this.#left === 0 ? place.nowhere : placeOf[kind];
    this.#listener?.answered(head);
  }

  #readLength(bytes: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + this.#left);
    this.#left -= stop - at;
    if (this.#left === 0) this.#place = place.nowhere;
    return this.#pass(bytes, at, stop);
  }

  #readChunk(bytes: Buffer, at: number, end: number): number {
    const chunks = this.#chunks;
    if (chunks === undefined) return this.#fail(end);
    const step = chunks.next(bytes, at, end);
    if (step === chunkStep.data) return this.#pass(bytes, chunks.dataStart, chunks.dataEnd);
    if (step === chunkStep.fault) return this.#fail(end);
    if (step === chunkStep.end) this.#place = place.nowhere;
    return chunks.at;
  }

  #pass(bytes: Buffer, start: number, end: number): number {
    if (this.#listener?.received(bytes, start, end) === false) this.isPinned = true;
    return end;
  }

  #fail(end: number): number {
    this.#isFaulty = true;
    this.#place = place.nowhere;
    return end;
  }
}

const placeOf = { none: place.nowhere, length: place.length, chunked: place.chunks, close: place.rest } as const;
