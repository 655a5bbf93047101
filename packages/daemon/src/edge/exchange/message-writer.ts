import type { Socket } from 'node:net';
import type { FieldList } from '../wire/field-list.ts';
import { freeMemory } from '../wire/free-memory.ts';
import { Slab } from '../wire/slab.ts';
import { composeLastChunk } from '../wire/trailer.ts';

/** Pieces up to this size are collected behind the head, larger ones go out from where they are. */
const MOST_COPIED_BYTES = 12_288;
/** The slab does not grow beyond this for what is collected. */
const SLAB_BYTES = 16_384;
/** A chunk's size, and three line ends. */
const FRAMING_BYTES = 22;
/** Collected bytes that may wait for the other side before whoever sends them is asked to stop. */
const MOST_WAITING_BYTES = 65_536;
/** Bytes of one writer, and of all, that may wait for the end of a turn of the event loop. */
const MOST_DEFERRED_BYTES = 524_288;
const MOST_DEFERRED_IN_ALL_BYTES = 8_388_608;

const NOTHING = Buffer.alloc(0);
const LINE_END = Buffer.from('\r\n', 'latin1');

/** Who writes. */
export interface WriterOwner {
  /** All that waited has gone out. */
  drained(): void;
}

/** The slab that all connections of one direction collect in, each for as long as one event lasts. */
export class SharedSlab {
  readonly slab: Slab = new Slab(SLAB_BYTES);
  /** Of all writers, until this turn of the event loop is over. */
  deferredBytes = 0;
  #holder: MessageWriter | undefined;

  /** Whoever has not flushed yet does so now: nobody's bytes get in between another's. */
  hold(writer: MessageWriter): void {
    if (this.#holder !== undefined && this.#holder !== writer) this.#holder.flush();
    this.#holder = writer;
  }

  isHeldBy(writer: MessageWriter): boolean {
    return this.#holder === writer;
  }

  letGo(): void {
    this.#holder = undefined;
  }
}

export interface WriterManners {
  /**
   * Large pieces of one turn of the event loop go out together, and are in use until then. Reads of a fast visitor come
   * many in a turn: fewer writes wake up the reader less often, which is most of what an upload costs.
   */
  readonly defersLarge: boolean;
}

/** Writes messages to one connection, each in as few writes as can be: a head, and a body in pieces. */
export class MessageWriter {
  /** How the body of this message is framed: in chunks, or not at all. */
  isChunked = false;
  readonly #socket: Socket;
  readonly #shared: SharedSlab;
  readonly #owner: WriterOwner;
  readonly #isEncrypted: boolean;
  readonly #defersLarge: boolean;
  #isWaiting = false;
  /** The socket is corked until the turn is over; how much waits for that. */
  #isDeferring = false;
  #deferredBytes = 0;
  /** Given to be freed while they wait to go out. */
  #memory: Buffer[] | undefined;

  constructor(socket: Socket, shared: SharedSlab, owner: WriterOwner & Partial<WriterManners>) {
    this.#socket = socket;
    this.#shared = shared;
    this.#owner = owner;
    this.#isEncrypted = 'encrypted' in socket;
    this.#defersLarge = owner.defersLarge ?? false;
  }

  /** Everything has gone out. */
  get isClear(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Something is collected and has not been written yet. */
  get isCollecting(): boolean {
    return this.#shared.isHeldBy(this);
  }

  /** Where a head is put; `flush` or `end` sends it, before the event is over. */
  collect(): Slab {
    this.#shared.hold(this);
    return this.#shared.slab;
  }

  /** What was collected is not to be sent. */
  drop(): void {
    if (!this.isCollecting) return;
    this.#shared.slab.clear();
    this.#shared.letGo();
  }

  /** False: stop, `drained` follows. The bytes may still be in use until then. */
  send(bytes: Uint8Array, start: number, end: number): boolean {
    const size = end - start;
    if (size > MOST_COPIED_BYTES) return this.#sendLarge(bytes, start, end);
    if (size === 0) return true;
    const slab = this.collect();
    if (slab.length + size + FRAMING_BYTES > SLAB_BYTES) this.#write(slab);
    if (this.isChunked) beginChunk(slab, size);
    slab.copy(bytes, start, end);
    if (this.isChunked) slab.crlf();
    return true;
  }

  /** Bytes as they are, at once. False: stop, `drained` follows; they may be in use until then. */
  pass(bytes: Uint8Array, start: number, end: number): boolean {
    this.#release();
    this.#endTurn();
    const socket = this.#socket;
    const range = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    if (!this.#willWait() || end - start > MOST_COPIED_BYTES) {
      socket.write(range);
      return this.#isBelow(0);
    }
    socket.write(Buffer.from(range));
    return this.#isBelow(MOST_WAITING_BYTES);
  }

  /** False: something still waits to go out, and `drained` follows. */
  awaitClear(): boolean {
    return this.#isBelow(0);
  }

  /** False: stop, `drained` follows; no bytes but those of large pieces are in use until then. */
  flush(): boolean {
    this.#release();
    if (this.#isDeferring) return true;
    return this.#isBelow(MOST_WAITING_BYTES);
  }

  /** The body is whole. */
  end(trailers: FieldList | undefined): void {
    if (this.isChunked) composeLastChunk(this.collect(), trailers);
    this.isChunked = false;
    this.flush();
    this.#endTurn();
  }

  /** Of these bytes pieces were sent, and nobody else uses them: they are freed once they have gone out. */
  free(memory: Buffer): void {
    if (this.isClear) freeMemory(memory);
    else (this.#memory ??= []).push(memory);
  }

  #sendLarge(bytes: Uint8Array, start: number, end: number): boolean {
    const mayWait = this.#shared.deferredBytes + end - start <= MOST_DEFERRED_IN_ALL_BYTES;
    if (!mayWait) this.#endTurn();
    return this.#defersLarge && mayWait && !this.#isWaiting
      ? this.#defer(bytes, start, end)
      : this.#sendNow(bytes, start, end);
  }

  #defer(bytes: Uint8Array, start: number, end: number): boolean {
    const socket = this.#socket;
    if (!this.#isDeferring) {
      this.#isDeferring = true;
      socket.cork();
      setImmediate(() => this.#endTurn());
    }
    const slab = this.collect();
    if (this.isChunked) beginChunk(slab, end - start);
    if (slab.length > 0) this.#write(slab);
    this.#shared.letGo();
    socket.write(bytes.subarray(start, end));
    if (this.isChunked) socket.write(LINE_END);
    this.#deferredBytes += end - start;
    this.#shared.deferredBytes += end - start;
    if (socket.writableLength < MOST_DEFERRED_BYTES) return true;
    this.#endTurn();
    return this.#isBelow(0);
  }

  #endTurn(): void {
    if (!this.#isDeferring) return;
    this.#isDeferring = false;
    this.#shared.deferredBytes -= this.#deferredBytes;
    this.#deferredBytes = 0;
    this.#socket.uncork();
    this.#freeMemory();
  }

  #freeMemory(): void {
    if (this.#memory === undefined || !this.isClear) return;
    for (const memory of this.#memory) freeMemory(memory);
    this.#memory = undefined;
  }

  #sendNow(bytes: Uint8Array, start: number, end: number): boolean {
    const socket = this.#socket;
    const slab = this.collect();
    if (this.isChunked) beginChunk(slab, end - start);
    socket.cork();
    if (slab.length > 0) socket.write(slab.view());
    socket.write(bytes.subarray(start, end));
    if (this.isChunked) socket.write(LINE_END);
    socket.uncork();
    this.#empty(slab);
    this.#shared.letGo();
    return this.#isBelow(0);
  }

  /** Writes what is collected. */
  #release(): void {
    if (!this.isCollecting) return;
    this.#write(this.#shared.slab);
    this.#shared.letGo();
  }

  #write(slab: Slab): void {
    const socket = this.#socket;
    // A copy spares the slab.
    if (this.#willWait()) {
      socket.write(Buffer.from(slab.view()));
      slab.clear();
    } else {
      socket.write(slab.view());
      this.#empty(slab);
    }
  }

  #empty(slab: Slab): void {
    if (this.#socket.writableLength === 0) slab.clear();
    else slab.replace();
  }

  /** What is written is certain to be in use for a while. */
  #willWait(): boolean {
    return this.#isDeferring || this.#isEncrypted || this.#socket.connecting;
  }

  #isBelow(most: number): boolean {
    if (this.#isWaiting) return false;
    const socket = this.#socket;
    if (socket.writableLength <= most || !socket.writable) return true;
    this.#isWaiting = true;
    // Node's own `drain` comes only above its high-water mark; a write of nothing is called back behind all others.
    socket.write(NOTHING, () => this.#drained());
    return false;
  }

  #drained(): void {
    this.#isWaiting = false;
    this.#freeMemory();
    if (!this.#socket.destroyed) this.#owner.drained();
  }
}

function beginChunk(slab: Slab, size: number): void {
  slab.hex(size);
  slab.crlf();
}
