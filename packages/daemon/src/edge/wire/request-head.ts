import type { Refusal } from '../refusal.ts';
import { option, readConnection } from './connection.ts';
import { fault, refusalOf } from './fault.ts';
import { field } from './field.ts';
import { FieldList } from './field-list.ts';
import { measureHost } from './host.ts';
import { RequestLine } from './request-line.ts';
import { Word } from './word.ts';

/** What `parse` says: the head is whole, is not whole yet, or is refused. */
export const headState = { whole: 0, partial: 1, refused: 2 } as const;
export type HeadState = (typeof headState)[keyof typeof headState];

/** The most bytes of a head, from the first of its line to the empty line. */
export const mostHeadBytes = 32_768;

const chunked = new Word('chunked');
const continueWord = new Word('100-continue');
const webSocket = new Word('websocket');

/** A request's head (RFC 9112), read strictly: what could be understood in two ways is refused, never repaired. */
export class RequestHead {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  /** Behind the empty line. */
  end = 0;
  /** One of the known methods: no string of the visitor's. */
  method = '';
  methodEnd = 0;
  targetStart = 0;
  targetEnd = 0;
  /** Where the query's `?` stands; `targetEnd` without one. */
  pathEnd = 0;
  minorVersion = 1;
  /** The host's name without port and trailing dot; still in the visitor's case. */
  hostStart = 0;
  hostEnd = 0;
  /** Behind the port. */
  hostValueEnd = 0;
  /** -1: none was given. */
  contentLength = -1;
  isChunked = false;
  /** What the visitor wants to happen to the connection. */
  keepsAlive = true;
  isWebSocket = false;
  expectsContinue = false;
  readonly fields: FieldList = new FieldList();
  /** Set when `parse` said `refused`. */
  refusal: Refusal | undefined;
  readonly #line = new RequestLine();

  /**
   * Reads one head that begins at `start`, or behind one empty line there (RFC 9112, 2.2); the object then speaks about
   * `bytes`, which must not change while it does. While it says `partial`, call it again with the same start when more
   * came.
   */
  parse(bytes: Uint8Array, start: number, end: number): HeadState {
    this.bytes = bytes;
    this.refusal = undefined;
    const limit = Math.min(end, start + mostHeadBytes);
    const found = this.#read(bytes, start, limit);
    if (found >= 0) return headState.whole;
    if (found !== fault.partial) return this.#refuse(found);
    return end - start >= mostHeadBytes ? this.#refuse(fault.headTooLarge) : headState.partial;
  }

  /** Something follows the head. */
  get hasBody(): boolean {
    return this.isChunked || this.contentLength > 0;
  }

  #refuse(found: number): HeadState {
    this.refusal = refusalOf(found);
    return headState.refused;
  }

  #read(bytes: Uint8Array, start: number, end: number): number {
    const line = this.#line;
    const fieldsAt = line.parse(bytes, start, end);
    if (fieldsAt < 0) return fieldsAt;
    const after = this.fields.parse(bytes, fieldsAt, end);
    if (after < 0) return after;
    this.start = line.start;
    this.end = after;
    this.method = line.method;
    this.methodEnd = line.methodEnd;
    this.targetStart = line.targetStart;
    this.targetEnd = line.targetEnd;
    this.pathEnd = line.pathEnd;
    this.minorVersion = line.minorVersion;
    return this.#judge();
  }

  /** What only the whole head can say. */
  #judge(): number {
    const found = this.#readHost() || this.#readFraming();
    if (found !== 0) return found;
    const options = readConnection(this.fields);
    this.keepsAlive = (options & option.close) === 0 && (this.minorVersion === 1 || (options & option.keepAlive) !== 0);
    this.isWebSocket = (options & option.upgrade) !== 0 && this.#asksForWebSocket();
    return this.#readExpectation();
  }

  #readHost(): number {
    const { bytes, fields } = this;
    if (!fields.has(field.host) || fields.isRepeated(field.host)) return fault.host;
    const at = fields.indexOf(field.host) * 4;
    this.hostStart = fields.ranges[at + 2] as number;
    this.hostValueEnd = fields.ranges[at + 3] as number;
    this.hostEnd = measureHost(bytes, this.hostStart, this.hostValueEnd);
    if (this.hostEnd < 0) return fault.host;
    return this.#line.agreesWith(bytes, this.hostStart, this.hostValueEnd) ? 0 : fault.authority;
  }

  #readFraming(): number {
    const { fields } = this;
    this.contentLength = -1;
    this.isChunked = fields.has(field.transferEncoding);
    if (this.isChunked) return this.#readCoding();
    if (!fields.has(field.contentLength)) return 0;
    this.contentLength = fields.readLength(field.contentLength);
    return this.contentLength < 0 ? fault.length : 0;
  }

  #readCoding(): number {
    const { bytes, fields } = this;
    if (this.minorVersion === 0 || fields.has(field.contentLength) || fields.isRepeated(field.transferEncoding))
      return fault.length;
    if (fields.hasTab(field.transferEncoding)) return fault.length;
    if (fields.says(field.transferEncoding, chunked)) return 0;
    const at = fields.indexOf(field.transferEncoding) * 4;
    // With another coding behind it, chunked does not say where the body ends.
    const isFollowed = chunked.begins(bytes, fields.ranges[at + 2] as number, fields.ranges[at + 3] as number);
    return isFollowed ? fault.length : fault.coding;
  }

  #asksForWebSocket(): boolean {
    if (this.method !== 'GET' || this.minorVersion === 0 || this.hasBody) return false;
    return this.fields.says(field.upgrade, webSocket);
  }

  /** An expectation of HTTP/1.0, or of a request without a body, means nothing (RFC 9110, 10.1.1). */
  #readExpectation(): number {
    this.expectsContinue = false;
    if (!this.fields.has(field.expect)) return 0;
    if (!this.fields.says(field.expect, continueWord)) return fault.expectation;
    this.expectsContinue = this.minorVersion === 1 && this.hasBody;
    return 0;
  }
}
