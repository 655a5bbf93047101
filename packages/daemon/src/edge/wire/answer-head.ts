import { byte, bytesOf } from './byte.ts';
import { option, readConnection } from './connection.ts';
import { fault } from './fault.ts';
import { field } from './field.ts';
import { FieldList } from './field-list.ts';
import { behindLineEnd } from './line-end.ts';
import { type HeadState, headState, mostHeadBytes } from './request-head.ts';
import { Word } from './word.ts';

// Constants of this file's own: see byte.ts.
const { del, space, tab, zero } = byte;

/** What follows a head: nothing, so many bytes, chunks, or all until the connection ends. */
export type BodyKind = 'none' | 'length' | 'chunked' | 'close';

const VERSION = bytesOf('HTTP/1.');
const chunked = new Word('chunked');
const webSocket = new Word('websocket');

/** An answer's head, held to the same grammar as a request's: a refused one becomes 502 and its connection is not used again. */
export class AnswerHead {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  status = 0;
  reasonStart = 0;
  reasonEnd = 0;
  minorVersion = 1;
  /** -1: none was given, or one that means nothing (with 1xx and 204). */
  contentLength = -1;
  isChunked = false;
  keepsAlive = true;
  /** `Upgrade: websocket` with `Connection: upgrade`. */
  isWebSocket = false;
  readonly fields: FieldList = new FieldList();

  parse(bytes: Uint8Array, start: number, end: number): HeadState {
    this.bytes = bytes;
    this.start = start;
    const found = this.#read(bytes, start, Math.min(end, start + mostHeadBytes));
    if (found >= 0) return headState.whole;
    return found === fault.partial && end - start < mostHeadBytes ? headState.partial : headState.refused;
  }

  /** Section 6.3 of RFC 9112. */
  bodyKind(isAnswerToHead: boolean): BodyKind {
    if (isAnswerToHead || this.status < 200 || this.status === 204 || this.status === 304) return 'none';
    if (this.isChunked) return 'chunked';
    return this.contentLength === -1 ? 'close' : 'length';
  }

  #read(bytes: Uint8Array, start: number, end: number): number {
    const fieldsAt = this.#readLine(bytes, start, end);
    if (fieldsAt < 0) return fieldsAt;
    const after = this.fields.parse(bytes, fieldsAt, end);
    if (after < 0) return after;
    this.end = after;
    const found = this.#readFraming();
    if (found < 0) return found;
    this.#readOptions();
    return 0;
  }

  #readLine(bytes: Uint8Array, start: number, end: number): number {
    const statusAt = this.#readVersion(bytes, start, end);
    if (statusAt < 0) return statusAt;
    const statusEnd = this.#readStatus(bytes, statusAt, end);
    if (statusEnd < 0) return statusEnd;
    // Some write no space where there is no reason.
    this.reasonStart = bytes[statusEnd] === space ? statusEnd + 1 : statusEnd;
    let at = this.reasonStart;
    while (at < end && isReasonByte(bytes[at] as number)) at += 1;
    if (at > statusEnd && this.reasonStart === statusEnd) return fault.line;
    this.reasonEnd = at;
    return at === end ? fault.partial : behindLineEnd(bytes, at, end);
  }

  #readVersion(bytes: Uint8Array, start: number, end: number): number {
    const minorAt = start + VERSION.length;
    for (let at = start; at < Math.min(end, minorAt); at += 1) if (bytes[at] !== VERSION[at - start]) return fault.line;
    if (minorAt >= end) return fault.partial;
    this.minorVersion = (bytes[minorAt] as number) - zero;
    if (this.minorVersion !== 0 && this.minorVersion !== 1) return fault.version;
    if (minorAt + 1 === end) return fault.partial;
    return bytes[minorAt + 1] === space ? minorAt + 2 : fault.line;
  }

  #readStatus(bytes: Uint8Array, start: number, end: number): number {
    this.status = 0;
    for (let at = start; at < start + 3; at += 1) {
      if (at === end) return fault.partial;
      const digit = (bytes[at] as number) - zero;
      if (digit < 0 || digit > 9 || (at === start && (digit < 1 || digit > 5))) return fault.line;
      this.status = this.status * 10 + digit;
    }
    return start + 3 === end ? fault.partial : start + 3;
  }

  #readFraming(): number {
    const { fields } = this;
    this.contentLength = -1;
    this.isChunked = fields.has(field.transferEncoding);
    if (this.isChunked) return this.#readCoding();
    if (!fields.has(field.contentLength)) return 0;
    const length = fields.readLength(field.contentLength);
    return length < 0 ? length : this.#takeLength(length);
  }

  /** These have no body, whatever they say; one that says so before the true answer is not believed at all. */
  #takeLength(length: number): number {
    if (this.status < 200) return length === 0 ? 0 : fault.length;
    if (this.status !== 204) this.contentLength = length;
    return 0;
  }

  #readCoding(): number {
    const { fields, status } = this;
    const mayBeChunked = status >= 200 && status !== 204 && this.minorVersion === 1;
    if (!mayBeChunked || fields.has(field.contentLength) || fields.hasTab(field.transferEncoding)) return fault.length;
    return fields.says(field.transferEncoding, chunked) ? 0 : fault.coding;
  }

  #readOptions(): void {
    const options = readConnection(this.fields);
    this.keepsAlive = (options & option.close) === 0 && (this.minorVersion === 1 || (options & option.keepAlive) !== 0);
    this.isWebSocket = (options & option.upgrade) !== 0 && this.fields.says(field.upgrade, webSocket);
  }
}

function isReasonByte(code: number): boolean {
  return code >= space ? code !== del : code === tab;
}
