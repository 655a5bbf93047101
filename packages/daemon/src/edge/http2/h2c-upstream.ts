import type { ClientHttp2Stream } from 'node:http2';
import type { Upstream, UpstreamFailure, UpstreamListener, UpstreamOrder } from '../exchange/upstream.ts';
import { limitOf } from '../route/decide.ts';
import type { CoarseClock, Watch, Watched } from '../watch.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import { pairsOfRequest } from '../wire/field-pairs.ts';
import type { FieldList } from '../wire/field-list.ts';
import { headState } from '../wire/request-head.ts';
import { keepTrailers } from '../wire/trailer.ts';
import { readTrailers } from './field-bytes.ts';
import type { H2cSession } from './h2c-session.ts';
import { renderHttp2Answer } from './render-answer.ts';
import { toHeaders } from './to-headers.ts';

const CONNECT_MS = 1_000;
const FOREVER = Number.POSITIVE_INFINITY;
/** RFC 9113, 7. */
const errorCode = { none: 0, refusedStream: 7, cancel: 8 } as const;
/** RFC 9113, 6.2. */
const END_STREAM = 1;

/** What all requests by this way share. */
export interface H2cGround {
  readonly clock: CoarseClock;
  readonly watch: Watch;
  /** Says nothing after the event in which it was read. */
  readonly head: AnswerHead;
}

/** One request as a stream of a connection to an instance. */
export class H2cUpstream implements Upstream, Watched {
  deadlineMs: number;
  watchedAt = -1;
  readonly #ground: H2cGround;
  readonly #session: H2cSession;
  readonly #fields: readonly string[];
  readonly #isToHead: boolean;
  readonly #hasBody: boolean;
  readonly #isReused: boolean;
  readonly #answerMs: number;
  readonly #idleMs: number;
  readonly #leave: () => void;
  #listener: UpstreamListener | undefined;
  #stream: ClientHttp2Stream | undefined;
  #trailersUp: readonly (readonly [string, string])[] = [];
  #trailersDown: FieldList | undefined;
  #hasAnswered = false;
  #isRequestWhole: boolean;

  constructor(
    ground: H2cGround,
    session: H2cSession,
    { order, listener }: { readonly order: UpstreamOrder; readonly listener: UpstreamListener },
  ) {
    const { head, route } = order;
    this.#ground = ground;
    this.#session = session;
    this.#listener = listener;
    this.#isToHead = head.method === 'HEAD';
    this.#hasBody = head.hasBody;
    this.#isRequestWhole = !head.hasBody;
    this.#isReused = session.isUsed;
    this.#answerMs = toMs(limitOf(route, 'answerSeconds'));
    this.#idleMs = toMs(limitOf(route, 'idleSeconds'));
    this.#fields = fieldsOf(order);
    this.#leave = session.enter();
    this.deadlineMs = ground.clock.nowMs + (session.isConnected ? this.#answerMs : CONNECT_MS);
    ground.watch.add(this);
    if (session.isConnected) this.#begin();
    else session.onSettled(() => this.#settled());
  }

  get isConnected(): boolean {
    return this.#stream !== undefined;
  }

  send(bytes: Uint8Array, start: number, end: number): boolean {
    const stream = this.#stream;
    if (stream === undefined || !stream.writable) return true;
    if (!this.#hasAnswered) this.#wait(this.#answerMs);
    // A copy: the stream takes its time.
    return stream.write(Buffer.from(bytes.subarray(start, end)));
  }

  flush(): boolean {
    return this.#stream?.writableNeedDrain !== true;
  }

  end(trailers: FieldList | undefined): void {
    this.#isRequestWhole = true;
    if (!this.#hasBody) return;
    if (trailers !== undefined) this.#trailersUp = keepTrailers(trailers);
    this.#stream?.end();
  }

  /** Node keeps them for as long as the other side's windows are shut. */
  free(): void {}

  resume(): void {
    if (this.#stream?.isPaused() !== true) return;
    this.#wait(this.#idleMs);
    this.#stream.resume();
  }

  abort(): void {
    this.#over();
    this.#stream?.close(errorCode.cancel);
  }

  expire(): void {
    this.#fail(this.#stream === undefined ? 'unconnected' : 'silent', 'no answer in time');
  }

  #settled(): void {
    if (this.#listener === undefined) return;
    if (!this.#session.isConnected) return this.#fail('unconnected', this.#session.reason);
    this.#wait(this.#answerMs);
    this.#begin();
    if (this.#hasBody) this.#listener?.drained();
  }

  /** Throws nothing: what comes of it is told later. */
  #begin(): void {
    try {
      const stream = this.#session.request(this.#fields, {
        endStream: !this.#hasBody,
        waitForTrailers: this.#hasBody,
      });
      this.#stream = stream;
      this.#listen(stream);
    } catch (error) {
      setImmediate(() => this.#fail('unconnected', (error as Error).message));
    }
  }

  #listen(stream: ClientHttp2Stream): void {
    stream.on('headers', (_, __, raw) => this.#informed(raw));
    stream.once('response', (_, flags, raw) => this.#answered(stream, (flags & END_STREAM) !== 0, raw));
    stream.once('trailers', (_, __, raw) => (this.#trailersDown = readTrailers(raw)));
    stream.on('wantTrailers', () => stream.sendTrailers(toHeaders(this.#trailersUp.flat())));
    stream.on('drain', () => this.#listener?.drained());
    stream.on('data', (bytes: Buffer) => this.#received(stream, bytes));
    stream.once('end', () => this.#ended(stream));
    // `close` follows.
    stream.on('error', () => undefined);
    stream.once('close', () => this.#closed(stream));
  }

  #informed(raw: readonly string[]): void {
    const head = this.#read(raw, false);
    if (head !== undefined) this.#listener?.informed(head);
  }

  #answered(stream: ClientHttp2Stream, isWhole: boolean, raw: readonly string[]): void {
    if (this.#listener === undefined) return;
    const head = this.#read(raw, isWhole);
    if (head === undefined) {
      stream.close(errorCode.cancel);
      return this.#fail('malformed');
    }
    this.#hasAnswered = true;
    this.#wait(this.#idleMs);
    this.#listener.answered(head);
    this.#flushed(stream);
  }

  #read(raw: readonly string[], isWhole: boolean): AnswerHead | undefined {
    const { head } = this.#ground;
    const bytes = renderHttp2Answer(raw, { isWhole, isAnswerToHead: this.#isToHead });
    if (bytes === undefined || head.parse(bytes, 0, bytes.length) !== headState.whole) return undefined;
    return head.end === bytes.length && head.status !== 101 ? head : undefined;
  }

  #received(stream: ClientHttp2Stream, bytes: Buffer): void {
    if (this.#listener === undefined) return;
    this.#ground.clock.refresh();
    this.#wait(this.#idleMs);
    if (!this.#listener.received(bytes, 0, bytes.length)) this.#pause(stream);
    this.#flushed(stream);
  }

  #flushed(stream: ClientHttp2Stream): void {
    if (this.#listener?.flushed() === false) this.#pause(stream);
  }

  /** The visitor is waited for, who has a deadline of its own. */
  #pause(stream: ClientHttp2Stream): void {
    stream.pause();
    this.#wait(FOREVER);
  }

  #ended(stream: ClientHttp2Stream): void {
    const listener = this.#listener;
    // One that was reset ends, too.
    if (stream.rstCode !== errorCode.none || !this.#hasAnswered) return;
    this.#over();
    if (!this.#isRequestWhole) stream.close(errorCode.cancel);
    listener?.finished(this.#trailersDown);
  }

  #closed(stream: ClientHttp2Stream): void {
    // It was said that it was not looked at, or nothing was said at all.
    const isUnheard = stream.rstCode === errorCode.refusedStream || (this.#isReused && this.#session.isOver);
    this.#fail(isUnheard && !this.#hasAnswered ? 'stale' : 'ended', this.#session.reason);
  }

  #fail(failure: UpstreamFailure, reason?: string): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    this.abort();
    listener.failed(failure, reason);
  }

  #over(): void {
    if (this.#listener === undefined) return;
    this.#listener = undefined;
    this.#ground.watch.remove(this);
    this.#leave();
  }

  #wait(forMs: number): void {
    this.deadlineMs = this.#ground.clock.nowMs + forMs;
  }
}

/** The edge takes trailers, whether its visitor does or not. */
function fieldsOf({ head, origin, passage }: UpstreamOrder): readonly string[] {
  const pairs = pairsOfRequest(head, { origin, passage });
  const expectation = head.expectsContinue ? ['expect', '100-continue'] : [];
  return [':method', head.method, ':scheme', 'http', ...pairs.flat(), 'te', 'trailers', ...expectation];
}

function toMs(seconds: number): number {
  return seconds === 0 ? FOREVER : seconds * 1_000;
}
