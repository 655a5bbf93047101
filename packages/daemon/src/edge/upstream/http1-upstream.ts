import type { Socket } from 'node:net';
import type { EdgeTarget } from '../../core/route-table.ts';
import { MessageWriter, type SharedSlab, type WriterOwner } from '../exchange/message-writer.ts';
import type { Upstream, UpstreamFailure, UpstreamListener, UpstreamOrder } from '../exchange/upstream.ts';
import { limitOf } from '../route/decide.ts';
import type { CoarseClock, Watch, Watched } from '../watch.ts';
import type { AnswerHead } from '../wire/answer-head.ts';
import { composeRequest } from '../wire/compose-request.ts';
import type { FieldList } from '../wire/field-list.ts';
import { AnswerReader, readOutcome } from './answer-reader.ts';
import { connectTarget } from './connect-target.ts';
import { type LargeBuffers, ReadBuffer } from './read-buffer.ts';
import type { PooledConnection, UpstreamPool } from './upstream-pools.ts';

/** An instance on this machine or its network that listens takes a connection in milliseconds; a lost first packet is not waited for. */
const CONNECT_MS = 1_000;

/** What all connections to instances share. */
export interface UpstreamGround {
  readonly clock: CoarseClock;
  readonly watch: Watch;
  readonly slab: SharedSlab;
  readonly head: AnswerHead;
  readonly large: LargeBuffers;
}

/** One HTTP/1.1 connection to an instance, for one request after the other. */
export class Http1Upstream implements Upstream, PooledConnection, Watched, WriterOwner {
  readonly defersLarge = true;
  deadlineMs = Number.POSITIVE_INFINITY;
  watchedAt = -1;
  isConnected = false;
  readonly #ground: UpstreamGround;
  readonly #pool: UpstreamPool<Http1Upstream>;
  readonly #socket: Socket;
  readonly #buffer: ReadBuffer;
  readonly #reader: AnswerReader;
  readonly #writer: MessageWriter;
  #listener: UpstreamListener | undefined;
  #isRequestWhole = false;
  #isPaused = false;
  #isUsed = false;
  #isReused = false;
  #answerMs = 0;
  #idleMs = 0;
  #reason: string | undefined;

  /** Throws on targets that cannot be connected to. */
  constructor(ground: UpstreamGround, pool: UpstreamPool<Http1Upstream>, target: EdgeTarget) {
    this.#ground = ground;
    this.#pool = pool;
    this.#reader = new AnswerReader(ground.head);
    this.#buffer = new ReadBuffer(ground.large);
    const onread = { buffer: () => this.#buffer.bytes, callback: (count: number) => this.#read(count) };
    const socket = connectTarget(target, { onread });
    this.#socket = socket;
    this.#writer = new MessageWriter(socket, ground.slab, this);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => this.#connected());
    socket.once('end', () => this.#ended());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason = error.code ?? error.message;
    });
    socket.once('close', () => this.#closed());
    pool.opened();
    ground.watch.add(this);
  }

  get isFresh(): boolean {
    return this.deadlineMs > this.#ground.clock.nowMs && !this.#socket.destroyed;
  }

  /** Composes the head; `end` or `flush` sends it. */
  begin({ head, route, origin, passage }: UpstreamOrder, listener: UpstreamListener): void {
    this.#listener = listener;
    this.#isReused = this.#isUsed;
    this.#isUsed = true;
    this.#isRequestWhole = false;
    this.#isPaused = false;
    this.#answerMs = toMs(limitOf(route, 'answerSeconds'));
    this.#idleMs = toMs(limitOf(route, 'idleSeconds'));
    this.#reader.expect(listener, head);
    this.#writer.isChunked = head.isChunked;
    composeRequest(this.#writer.collect(), head, { origin, passage });
    this.#wait(this.isConnected ? this.#answerMs : CONNECT_MS);
  }

  send(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#reader.isInTunnel) return this.#writer.pass(bytes, start, end);
    return this.#awaitRequest(this.#writer.send(bytes, start, end));
  }

  flush(): boolean {
    return this.#awaitRequest(this.#writer.flush());
  }

  end(trailers: FieldList | undefined): void {
    this.#isRequestWhole = true;
    this.#writer.end(trailers);
    if (this.isConnected) this.#awaitAnswer();
    if (this.#reader.isInTunnel) this.#socket.end();
  }

  free(memory: Buffer): void {
    this.#writer.free(memory);
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#wait(this.#idleMs);
    this.#socket.resume();
  }

  abort(): void {
    this.#listener = undefined;
    this.#reader.stop();
    this.close();
  }

  close(): void {
    this.#writer.drop();
    this.#socket.destroy();
  }

  drained(): void {
    if (!this.#isRequestWhole) this.#awaitRequest(true);
    this.#listener?.drained();
  }

  expire(): void {
    if (this.#listener === undefined) return this.close();
    this.#fail(this.isConnected ? 'silent' : 'unconnected', 'no answer in time');
  }

  #connected(): void {
    this.isConnected = true;
    if (this.#isRequestWhole) this.#awaitAnswer();
    else this.#awaitRequest(true);
    this.#listener?.drained();
  }

  /** False: no more for now. */
  #read(count: number): boolean {
    const reader = this.#reader;
    // Nobody asked for anything: a connection that says something by itself is not to be trusted with a request.
    if (this.#listener === undefined) {
      this.close();
      return false;
    }
    const outcome = reader.read(this.#buffer.bytes, count);
    if (outcome === readOutcome.whole) return this.#finish();
    if (outcome === readOutcome.fault) return this.#fail('malformed');
    this.#buffer.fitTo(count);
    // An abort in between leaves no listener.
    const isTaken = this.#listener?.flushed() ?? true;
    if (isTaken && !reader.isPinned) {
      if (reader.isBehindHead) this.#wait(reader.isInTunnel ? Number.POSITIVE_INFINITY : this.#idleMs);
      return true;
    }
    // The visitor is waited for, who has a deadline of its own.
    this.#isPaused = true;
    this.#wait(Number.POSITIVE_INFINITY);
    return false;
  }

  #finish(): boolean {
    const listener = this.#listener;
    const { keepAliveMs, trailers, isPinned } = this.#reader;
    this.#listener = undefined;
    this.#buffer.rest(isPinned);
    this.#wait(keepAliveMs);
    if (keepAliveMs > 0 && this.#isRequestWhole && this.#writer.isClear) this.#pool.put(this);
    else this.close();
    listener?.finished(trailers);
    return true;
  }

  /** The app has ended its side. */
  #ended(): void {
    if (this.#listener === undefined) return this.close();
    if (this.#reader.isInTunnel) return this.#listener.finished(undefined);
    if (this.#reader.isInRest) this.#finish();
    else this.#fail(this.#endFailure());
  }

  #closed(): void {
    this.#ground.watch.remove(this);
    this.#pool.closed(this);
    this.#buffer.leave();
    if (this.#listener !== undefined) this.#fail(this.isConnected ? this.#endFailure() : 'unconnected');
  }

  #endFailure(): UpstreamFailure {
    return this.#isReused && !this.#reader.hasBegun ? 'stale' : 'ended';
  }

  #fail(failure: UpstreamFailure, reason = this.#reason): boolean {
    const listener = this.#listener;
    this.abort();
    listener?.failed(failure, reason);
    return false;
  }

  /** As long as the app takes what is sent, it is the visitor who is waited for. */
  #awaitRequest(isTaken: boolean): boolean {
    if (this.#reader.hasBegun) this.#wait(this.#idleMs);
    else if (this.isConnected) this.#wait(isTaken ? Number.POSITIVE_INFINITY : this.#answerMs);
    return isTaken;
  }

  #awaitAnswer(): void {
    this.#wait(this.#reader.hasBegun ? this.#idleMs : this.#answerMs);
  }

  #wait(forMs: number): void {
    this.deadlineMs = this.#ground.clock.nowMs + forMs;
  }
}

function toMs(seconds: number): number {
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1_000;
}
