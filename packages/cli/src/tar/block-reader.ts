/** Takes exact numbers of bytes out of a stream of chunks. */
export class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes; undefined when the stream ends before the first. */
  async take(bytes: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for await (const part of this.stream(bytes, parts)) parts.push(part);
    const whole = Buffer.concat(parts);
    return whole.length === 0 && bytes > 0 ? undefined : whole;
  }

  /** So many bytes, as they come. Throws when the stream ends in between, unless it gave none at all to `parts`. */
  async *stream(bytes: number, parts?: readonly Buffer[]): AsyncGenerator<Buffer, void> {
    let left = bytes;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#refill())) {
        if (parts?.length === 0) return;
        throw new Error('The archive ends in the middle of a file.');
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async skip(bytes: number): Promise<void> {
    const parts = this.stream(bytes);
    while ((await parts.next()).done !== true);
  }

  /** Ends the stream behind it. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #refill(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    this.#rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return this.#rest.length > 0 || this.#refill();
  }
}
