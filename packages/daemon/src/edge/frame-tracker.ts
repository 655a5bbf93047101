const LONGEST_HEAD = 14;

/** Follows the frames of one direction of a WebSocket (RFC 6455, 5.2), to know where a frame of our own would fit. */
export class FrameTracker {
  readonly #head = Buffer.alloc(LONGEST_HEAD);
  #headBytes = 0;
  #payloadLeft = 0;

  /** True when all frames so far are whole. */
  get isBetweenFrames(): boolean {
    return this.#headBytes === 0 && this.#payloadLeft === 0;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#payloadLeft > 0 ? this.#skipPayload(chunk, at) : this.#readHead(chunk, at);
  }

  #skipPayload(chunk: Buffer, at: number): number {
    const step = Math.min(this.#payloadLeft, chunk.length - at);
    this.#payloadLeft -= step;
    return at + step;
  }

  #readHead(chunk: Buffer, at: number): number {
    this.#head[this.#headBytes] = chunk[at] ?? 0;
    this.#headBytes += 1;
    if (this.#headBytes >= 2 && this.#headBytes === this.#headLength()) {
      this.#payloadLeft = this.#payloadLength();
      this.#headBytes = 0;
    }
    return at + 1;
  }

  #headLength(): number {
    const second = this.#head[1] ?? 0;
    const code = second & 0x7f;
    const extended = code === 126 ? 2 : code === 127 ? 8 : 0;
    return 2 + extended + (second & 0x80 ? 4 : 0);
  }

  #payloadLength(): number {
    const code = (this.#head[1] ?? 0) & 0x7f;
    if (code === 126) return this.#head.readUInt16BE(2);
    return code === 127 ? Number(this.#head.readBigUInt64BE(2)) : code;
  }
}

/** "Going away" (1001): a well-behaved visitor connects again, and lands on the next instance. */
export const GOING_AWAY_TO_VISITOR: Buffer = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/** The same towards the app: what a client sends has to be masked, and a mask of zeros is one. */
export const GOING_AWAY_TO_APP: Buffer = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);
