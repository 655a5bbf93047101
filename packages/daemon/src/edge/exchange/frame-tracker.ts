const LONGEST_HEAD = 14;
const SHORTEST_HEAD = 2;
const CONTROL_BIT = 0x08;
const MASK_BIT = 0x80;
const LENGTH_BITS = 0x7f;
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;

/**
 * Follows the frames of one direction of a WebSocket (RFC 6455, 5.2), to know where a frame of our own would fit, and
 * whether anything but pings and pongs passes.
 */
export class FrameTracker {
  readonly #head: Buffer = Buffer.alloc(LONGEST_HEAD);
  #headBytes = 0;
  #payloadLeft = 0;
  /** The current frame is one of data. */
  #isData = false;

  /** True when all frames so far are whole. */
  get isBetweenFrames(): boolean {
    return this.#headBytes === 0 && this.#payloadLeft === 0;
  }

  /** True when some of it belongs to a frame of data. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    let hasData = false;
    let at = start;
    while (at < end) {
      if (this.#payloadLeft > 0) at = this.#skipPayload(at, end);
      else if (this.#headBytes === 0 && end - at >= LONGEST_HEAD) at = this.#readWholeHead(bytes, at);
      else at = this.#readHead(bytes, at);
      if (this.#isData) hasData = true;
    }
    return hasData;
  }

  /** The usual case: a frame begins, and its head is there in one piece. */
  #readWholeHead(bytes: Uint8Array, at: number): number {
    const second = bytes[at + 1] as number;
    const code = second & LENGTH_BITS;
    this.#isData = ((bytes[at] as number) & CONTROL_BIT) === 0;
    const maskBytes = (second & MASK_BIT) === 0 ? 0 : 4;
    if (code < TWO_BYTES) {
      this.#payloadLeft = code;
      return at + SHORTEST_HEAD + maskBytes;
    }
    if (code === EIGHT_BYTES) return this.#readHead(bytes, at);
    this.#payloadLeft = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    return at + SHORTEST_HEAD + 2 + maskBytes;
  }

  #skipPayload(at: number, end: number): number {
    const step = Math.min(this.#payloadLeft, end - at);
    this.#payloadLeft -= step;
    return at + step;
  }

  #readHead(bytes: Uint8Array, at: number): number {
    const head = this.#head;
    head[this.#headBytes] = bytes[at] as number;
    if (this.#headBytes === 0) this.#isData = ((bytes[at] as number) & CONTROL_BIT) === 0;
    this.#headBytes += 1;
    if (this.#headBytes >= SHORTEST_HEAD && this.#headBytes === this.#headLength()) {
      this.#payloadLeft = this.#payloadLength();
      this.#headBytes = 0;
    }
    return at + 1;
  }

  #headLength(): number {
    const second = this.#head[1] as number;
    const code = second & LENGTH_BITS;
    const extended = code === TWO_BYTES ? 2 : code === EIGHT_BYTES ? 8 : 0;
    return SHORTEST_HEAD + extended + ((second & MASK_BIT) === 0 ? 0 : 4);
  }

  #payloadLength(): number {
    const code = (this.#head[1] as number) & LENGTH_BITS;
    if (code === TWO_BYTES) return this.#head.readUInt16BE(SHORTEST_HEAD);
    return code === EIGHT_BYTES ? Number(this.#head.readBigUInt64BE(SHORTEST_HEAD)) : code;
  }
}

/** "Going away" (1001): a well-behaved visitor connects again, and lands on the next instance. */
export const GOING_AWAY_TO_VISITOR: Buffer = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/** The same towards the app: what a client sends has to be masked, and a mask of zeros is one. */
export const GOING_AWAY_TO_APP: Buffer = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);
