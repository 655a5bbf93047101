import { byte, nameByte } from './byte.ts';
import { fault } from './fault.ts';
import { classifyName, field } from './field.ts';
import { readDigits } from './host.ts';
import { behindLineEnd } from './line-end.ts';
import type { Word } from './word.ts';

// Constants of this file's own: see byte.ts.
const nameBytes = nameByte;
const { carriageReturn, colon, del, space, tab } = byte;

/** The most fields a head may have. */
export const mostFields = 128;

/**
 * The fields of one head as ranges over its bytes: no string is made until one is asked for. One object is used for many
 * heads; it says what the last parse found.
 */
export class FieldList {
  bytes: Uint8Array = new Uint8Array(0);
  count = 0;
  /** Where the first line begins, and where the last one has ended. */
  start = 0;
  end = 0;
  /** Name start, name end, value start, value end, four numbers a field; values are without the space around them. */
  readonly ranges: Int32Array;
  /** One of `field.…` for each field: 0 for names that mean nothing to the edge. */
  readonly kinds: Uint8Array;
  /** The index of the first field of each kind that was seen. */
  readonly #firsts = new Int32Array(32);
  /** Bit n is set when a field of kind n is there; in `repeated` when there are more than one. */
  seen = 0;
  repeated = 0;

  constructor(most = mostFields) {
    this.ranges = new Int32Array(most * 4);
    this.kinds = new Uint8Array(most);
  }

  /**
   * Reads field lines (RFC 9112, 5) up to and with the empty line: CRLF only, no folding, no control bytes. Returns the
   * place behind it, or a `fault`.
   */
  // One loop over local numbers: cut into functions it takes twice as long, and it runs for each byte that comes in.
  // oxlint-disable-next-line complexity
  parse(bytes: Uint8Array, start: number, end: number): number {
    const { ranges, kinds } = this;
    this.#begin(bytes, start);
    let at = start;
    while (at < end) {
      if (bytes[at] === carriageReturn) return this.#finish(bytes, at, end);
      if (this.count === kinds.length) return fault.tooManyFields;
      const lineStart = at;
      while (at < end && nameBytes[bytes[at] as number] !== 0) at += 1;
      if (at === end) return fault.partial;
      if (bytes[at] !== colon || at === lineStart) return fault.field;
      const nameEnd = at;
      at += 1;
      while (at < end && isSpace(bytes[at] as number)) at += 1;
      const valueStart = at;
      while (at < end && isValueByte(bytes[at] as number)) at += 1;
      let valueEnd = at;
      while (valueEnd > valueStart && isSpace(bytes[valueEnd - 1] as number)) valueEnd -= 1;
      at = at === end ? fault.partial : behindLineEnd(bytes, at, end);
      if (at < 0) return at;
      const place = this.count * 4;
      ranges[place] = lineStart;
      ranges[place + 1] = nameEnd;
      ranges[place + 2] = valueStart;
      ranges[place + 3] = valueEnd;
      const kind = classifyName(bytes, lineStart, nameEnd);
      kinds[this.count] = kind;
      if (kind !== field.other) this.#note(kind);
      this.count += 1;
    }
    return fault.partial;
  }

  has(kind: number): boolean {
    return (this.seen & (1 << kind)) !== 0;
  }

  isRepeated(kind: number): boolean {
    return (this.repeated & (1 << kind)) !== 0;
  }

  /** The place of the first field of a kind; -1 when there is none. */
  indexOf(kind: number): number {
    if (!this.has(kind)) return -1;
    const index = this.#firsts[kind] as number;
    return this.kinds[index] === kind ? index : -1;
  }

  /** There is one field of that kind, and its value is the word alone. */
  says(kind: number, word: Word): boolean {
    if (!this.has(kind) || this.isRepeated(kind)) return false;
    const at = this.indexOf(kind) * 4;
    return word.isAll(this.bytes, this.ranges[at + 2] as number, this.ranges[at + 3] as number);
  }

  /** A tab beside the value of the first field of that kind: some take it for a part of it. */
  hasTab(kind: number): boolean {
    const index = this.indexOf(kind);
    const at = index * 4;
    const end = index + 1 < this.count ? (this.ranges[at + 4] as number) : this.end;
    const { bytes, ranges } = this;
    return (
      holdsTab(bytes, ranges[at + 1] as number, ranges[at + 2] as number) ||
      holdsTab(bytes, ranges[at + 3] as number, end)
    );
  }

  /** The number of at most 15 digits that the one field of that kind holds; `fault.length` for anything else. */
  readLength(kind: number): number {
    if (this.isRepeated(kind) || this.hasTab(kind)) return fault.length;
    const at = this.indexOf(kind) * 4;
    const length = readDigits(this.bytes, this.ranges[at + 2] as number, this.ranges[at + 3] as number);
    return length === -1 ? fault.length : length;
  }

  /** Makes the field one that never goes on. */
  drop(index: number): void {
    this.kinds[index] = field.dropped;
    this.seen |= 1 << field.dropped;
  }

  #begin(bytes: Uint8Array, start: number): void {
    this.bytes = bytes;
    this.count = 0;
    this.start = start;
    this.seen = 0;
    this.repeated = 0;
  }

  #finish(bytes: Uint8Array, at: number, end: number): number {
    this.end = at;
    return behindLineEnd(bytes, at, end);
  }

  #note(kind: number): void {
    const bit = 1 << kind;
    if ((this.seen & bit) === 0) this.#firsts[kind] = this.count;
    this.repeated |= this.seen & bit;
    this.seen |= bit;
  }
}

/** Those above ASCII are data (RFC 9110, 5.5). */
function isValueByte(code: number): boolean {
  return code >= space ? code !== del : code === tab;
}

function isSpace(code: number): boolean {
  return code === space || code === tab;
}

function holdsTab(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] === tab) return true;
  return false;
}
