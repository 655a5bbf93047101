import { fault } from './fault.ts';
import { bitsOf, field } from './field.ts';
import { FieldList } from './field-list.ts';

const MOST_BYTES = 8_192;
const MOST_FIELDS = 32;
/** Behind the body they would frame or route another message than the one in front. */
const contradicting = bitsOf([field.contentLength, field.host, field.transferEncoding]);

/** Reads the fields behind a chunked body; keeps their bytes, which come from a buffer that is used for others. */
export class TrailerReader {
  readonly fields: FieldList = new FieldList();
  readonly #bytes = new Uint8Array(MOST_BYTES);
  #length = 0;

  reset(): void {
    this.#length = 0;
  }

  /** Returns the place behind the empty line, `fault.partial` when all was taken and more is to come, or another `fault`. */
  take(bytes: Uint8Array, start: number, end: number): number {
    const before = this.#length;
    const piece = bytes.subarray(start, Math.min(end, start + MOST_BYTES - before));
    this.#bytes.set(piece, before);
    this.#length += piece.length;
    const behind = this.fields.parse(this.#bytes, 0, this.#length);
    if (behind === fault.partial && this.#length === MOST_BYTES) return fault.headTooLarge;
    if (behind < 0) return behind;
    if (this.fields.count > MOST_FIELDS) return fault.tooManyFields;
    return (this.fields.seen & contradicting) === 0 ? start + behind - before : fault.length;
  }
}
