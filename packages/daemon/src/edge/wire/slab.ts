import { Buffer } from 'node:buffer';
import { byte } from './byte.ts';

// Constants of this file's own: see byte.ts.
const { carriageReturn, lineFeed } = byte;

/** Below this many bytes a loop copies faster than a call. */
const FEW_BYTES = 24;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

/**
 * Grows as needed and is used again and again for what goes out in one write. A write that did not finish holds on to
 * the bytes of `view`: then `replace` leaves them to it.
 */
export class Slab {
  length = 0;
  readonly #sizeBytes: number;
  #bytes: Buffer;

  constructor(sizeBytes = 16_384) {
    this.#sizeBytes = sizeBytes;
    this.#bytes = Buffer.allocUnsafeSlow(sizeBytes);
  }

  /** What was put in, without copying: good until more is put in after `clear`. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Takes new memory, no more than at first, and is empty. */
  replace(): void {
    this.#bytes = Buffer.allocUnsafeSlow(this.#sizeBytes);
    this.length = 0;
  }

  copy(bytes: Uint8Array, start: number, end: number): void {
    const target = this.#reserve(end - start);
    let to = this.length;
    if (end - start > FEW_BYTES) {
      // A buffer copies its range as it is; other arrays need a view of it, which is a large object.
      if (bytes instanceof Buffer) bytes.copy(target, to, start, end);
      else target.set(bytes.subarray(start, end), to);
      this.length = to + end - start;
      return;
    }
    for (let at = start; at < end; at += 1) {
      target[to] = bytes[at] as number;
      to += 1;
    }
    this.length = to;
  }

  put(bytes: Uint8Array): void {
    this.copy(bytes, 0, bytes.length);
  }

  /** A text of Latin-1 characters. */
  ascii(text: string): void {
    const target = this.#reserve(text.length);
    this.length += target.write(text, this.length, 'latin1');
  }

  crlf(): void {
    const target = this.#reserve(2);
    target[this.length] = carriageReturn;
    target[this.length + 1] = lineFeed;
    this.length += 2;
  }

  /** A whole number, not negative, in decimal digits. */
  number(value: number): void {
    this.#digits(value, 10);
  }

  /** The same in hexadecimal digits. */
  hex(value: number): void {
    this.#digits(value, 16);
  }

  #digits(value: number, base: number): void {
    let count = 1;
    for (let rest = value; rest >= base; rest = Math.floor(rest / base)) count += 1;
    const target = this.#reserve(count);
    let rest = value;
    for (let at = this.length + count - 1; at >= this.length; at -= 1) {
      target[at] = HEX[rest % base] as number;
      rest = Math.floor(rest / base);
    }
    this.length += count;
  }

  #reserve(count: number): Buffer {
    const needed = this.length + count;
    if (needed <= this.#bytes.length) return this.#bytes;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
    return larger;
  }
}
