const SMALL_BYTES = 16_384;
const MEDIUM_BYTES = 65_536;
const LARGE_BYTES = 262_144;
/** Large ones in use at a time: 16 MiB. Who comes later gets along with medium ones. */
const MOST_LARGE = 64;
const MOST_SPARE = 8;

/** The large buffers of all connections. They are used again: memory fresh from the system costs more than what is read into it. */
export class LargeBuffers {
  readonly #spare: Buffer[] = [];
  #usedCount = 0;

  take(): Buffer | undefined {
    if (this.#usedCount === MOST_LARGE) return undefined;
    this.#usedCount += 1;
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
  }

  /** With `isInUse`, somebody still writes from it: it is left to that one. */
  give(buffer: Buffer, isInUse: boolean): void {
    this.#usedCount -= 1;
    if (!isInUse && this.#spare.length < MOST_SPARE) this.#spare.push(buffer);
  }
}

/** What one connection reads into: small at first, large while reads fill it, small again for the next answer. */
export class ReadBuffer {
  bytes: Buffer;
  readonly #large: LargeBuffers;
  #small: Buffer;

  constructor(large: LargeBuffers) {
    this.#large = large;
    this.#small = Buffer.allocUnsafeSlow(SMALL_BYTES);
    this.bytes = this.#small;
  }

  /** So many bytes came with the last read, and have been dealt with. */
  fitTo(count: number): void {
    if (count === SMALL_BYTES && this.bytes === this.#small)
      this.bytes = this.#large.take() ?? Buffer.allocUnsafeSlow(MEDIUM_BYTES);
  }

  /** The connection is over. */
  leave(): void {
    if (this.bytes.length === LARGE_BYTES) this.#large.give(this.bytes, true);
  }

  /** The answer is whole. With `isInUse`, the last bytes that were read are still being written to the visitor. */
  rest(isInUse: boolean): void {
    if (this.bytes.length === LARGE_BYTES) this.#large.give(this.bytes, isInUse);
    if (this.bytes === this.#small && isInUse) this.#small = Buffer.allocUnsafeSlow(SMALL_BYTES);
    this.bytes = this.#small;
  }
}
