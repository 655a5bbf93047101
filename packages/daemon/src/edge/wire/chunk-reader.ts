import { byte, hexValue } from './byte.ts';
import { fault } from './fault.ts';
import type { FieldList } from './field-list.ts';
import { TrailerReader } from './trailer-reader.ts';

// Constants of this file's own: see byte.ts.
const { carriageReturn, lineFeed } = byte;

/** What the reader met: a range of data, the end of the body, the need of more bytes, or a fault. */
export const chunkStep = { data: 0, end: 1, partial: 2, fault: 3 } as const;
export type ChunkStep = (typeof chunkStep)[keyof typeof chunkStep];

const MOST_DIGITS = 13;

/** Where in a body the next byte stands. */
const place = {
  size: 0,
  sizeLineFeed: 1,
  dataReturn: 2,
  dataLineFeed: 3,
  trailerStart: 4,
  lastLineFeed: 5,
  data: 6,
  trailers: 7,
  behind: 8,
} as const;

/** The only byte that may stand in a place, and the place behind it. */
const lineEnds: Readonly<Record<number, number>> = {
  [place.sizeLineFeed]: lineFeed,
  [place.dataReturn]: carriageReturn,
  [place.dataLineFeed]: lineFeed,
  [place.lastLineFeed]: lineFeed,
};
const behindLineEnds: Readonly<Record<number, number>> = {
  [place.dataReturn]: place.dataLineFeed,
  [place.dataLineFeed]: place.size,
  [place.lastLineFeed]: place.behind,
};

/**
 * Reads a chunked body (RFC 9112, 7.1) without copying it. Strict: CRLF only, no extensions, sizes of at most 13 hex
 * digits, bounded trailers. `next` is called until it says `partial`, `end` or `fault`.
 */
export class ChunkReader {
  /** The range of the last `data`; after `end` and `partial`, where reading stopped. */
  dataStart = 0;
  dataEnd = 0;
  at = 0;
  /** After `end`, if there were any; they speak about bytes of their own, until `reset`. */
  trailers: FieldList | undefined;
  #place: number = place.size;
  #digits = 0;
  /** Of the chunk, what is not read yet. */
  #left = 0;
  #trailerReader: TrailerReader | undefined;

  reset(): void {
    this.trailers = undefined;
    this.#place = place.size;
    this.#digits = 0;
    this.#left = 0;
    this.#trailerReader?.reset();
  }

  next(bytes: Uint8Array, start: number, end: number): ChunkStep {
    this.at = start;
    while (this.at < end && this.#place < place.data) {
      this.#place = this.#follow(bytes[this.at] as number);
      if (this.#place < 0) return chunkStep.fault;
      if (this.#place !== place.trailers) this.at += 1;
    }
    if (this.#place === place.behind) return chunkStep.end;
    if (this.at === end) return chunkStep.partial;
    return this.#place === place.data ? this.#takeData(end) : this.#takeTrailers(bytes, end);
  }

  #takeData(end: number): ChunkStep {
    const length = Math.min(this.#left, end - this.at);
    this.dataStart = this.at;
    this.dataEnd = this.at + length;
    this.at = this.dataEnd;
    this.#left -= length;
    if (this.#left === 0) this.#place = place.dataReturn;
    return chunkStep.data;
  }

  #takeTrailers(bytes: Uint8Array, end: number): ChunkStep {
    this.#trailerReader ??= new TrailerReader();
    const behind = this.#trailerReader.take(bytes, this.at, end);
    if (behind === fault.partial) {
      this.at = end;
      return chunkStep.partial;
    }
    if (behind < 0) return chunkStep.fault;
    this.at = behind;
    this.trailers = this.#trailerReader.fields;
    this.#place = place.behind;
    return chunkStep.end;
  }

  /** Where the byte behind this one stands; below zero when another one belongs here. */
  #follow(code: number): number {
    if (this.#place === place.size) return this.#followDigit(code);
    if (this.#place === place.trailerStart) return code === carriageReturn ? place.lastLineFeed : place.trailers;
    if (code !== lineEnds[this.#place]) return fault.length;
    return this.#place === place.sizeLineFeed ? this.#behindSize() : (behindLineEnds[this.#place] as number);
  }

  #followDigit(code: number): number {
    const value = hexValue[code] as number;
    if (value === 255) return code === carriageReturn && this.#digits > 0 ? place.sizeLineFeed : fault.length;
    this.#digits += 1;
    this.#left = this.#left * 16 + value;
    return this.#digits > MOST_DIGITS ? fault.length : place.size;
  }

  #behindSize(): number {
    this.#digits = 0;
    return this.#left === 0 ? place.trailerStart : place.data;
  }
}
