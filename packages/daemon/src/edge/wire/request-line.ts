import { byte, bytesOf } from './byte.ts';
import { fault } from './fault.ts';
import { behindLineEnd } from './line-end.ts';
import { findMethod, isMethodByte, isRefusedMethod, longestMethod } from './method.ts';
import { isCanonicalPath, pathByte, targetByte } from './target.ts';

// Constants of this file's own: see byte.ts.
const pathBytes = pathByte;
const targetBytes = targetByte;
const { carriageReturn, nine, slash, space, zero } = byte;

/** The most bytes of a target. */
const mostTargetBytes = 16_384;

const VERSION = bytesOf(' HTTP/1.');
const MAJOR_AT = 6;
const SCHEMES = [bytesOf('http://'), bytesOf('https://')];

/** The first line of a request (RFC 9112, 3): one space between its three parts, a path or the absolute form as target. */
export class RequestLine {
  start = 0;
  method = '';
  methodEnd = 0;
  targetStart = 0;
  targetEnd = 0;
  pathEnd = 0;
  minorVersion = 1;
  /** Of the absolute form; equal without one. */
  #authorityStart = 0;
  #authorityEnd = 0;
  /** Nothing in the path needs a second look. */
  #isPlain = true;

  /** Returns the place behind the line, or a `fault`: the same one however many of the bytes behind it are there yet. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    const lineStart = skipEmptyLine(bytes, start, end);
    if (lineStart < 0) return lineStart;
    this.start = lineStart;
    const methodEnd = this.#readMethod(bytes, lineStart, end);
    if (methodEnd < 0) return methodEnd;
    const behindTarget = this.#readTarget(bytes, methodEnd + 1, end);
    if (behindTarget < 0) return behindTarget;
    return this.#readVersion(bytes, behindTarget, end);
  }

  /** The absolute form names the host as the Host field does, or it is not understood (RFC 9112, 3.2.2). */
  agreesWith(bytes: Uint8Array, start: number, end: number): boolean {
    const length = this.#authorityEnd - this.#authorityStart;
    if (length === 0) return true;
    if (length !== end - start) return false;
    for (let at = 0; at < length; at += 1) if (bytes[this.#authorityStart + at] !== bytes[start + at]) return false;
    return true;
  }

  #readMethod(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && isMethodByte(bytes[at] as number)) at += 1;
    if (at - start > longestMethod) return fault.unknownMethod;
    if (at === end) return fault.partial;
    if (bytes[at] !== space || at === start) return fault.line;
    const method = findMethod(bytes, start, at);
    if (method === undefined) return isRefusedMethod(bytes, start, at) ? fault.method : fault.unknownMethod;
    this.method = method;
    this.methodEnd = at;
    return at;
  }

  /** Returns the place behind what was sent as target. */
  #readTarget(bytes: Uint8Array, start: number, end: number): number {
    const limit = Math.min(end, start + mostTargetBytes + 1);
    const pathAt = this.#readAuthority(bytes, start, limit);
    const behind = pathAt < 0 ? pathAt : this.#readPath(bytes, pathAt, limit);
    return behind === fault.partial && limit - start > mostTargetBytes ? fault.targetTooLong : behind;
  }

  /** Of the absolute form; returns where the path begins. */
  #readAuthority(bytes: Uint8Array, start: number, limit: number): number {
    this.#authorityStart = 0;
    this.#authorityEnd = 0;
    if (start === limit) return fault.partial;
    if (bytes[start] === slash) return start;
    const authorityAt = skipScheme(bytes, start, limit);
    if (authorityAt < 0) return authorityAt;
    let at = authorityAt;
    while (at < limit && bytes[at] !== slash && pathBytes[bytes[at] as number] !== 0) at += 1;
    if (at === limit) return fault.partial;
    if (at === authorityAt) return fault.target;
    this.#authorityStart = authorityAt;
    this.#authorityEnd = at;
    return at;
  }

  #readPath(bytes: Uint8Array, start: number, limit: number): number {
    if (bytes[start] === space) return this.#takeEmptyPath(start);
    if (bytes[start] !== slash) return fault.target;
    const pathEnd = this.#skipPath(bytes, start, limit);
    const at = skipQuery(bytes, pathEnd, limit);
    if (at === limit) return fault.partial;
    if (bytes[at] !== space) return bytes[at] === carriageReturn ? fault.version : fault.target;
    if (!this.#isPlain && !isCanonicalPath(bytes, start, pathEnd)) return fault.path;
    this.targetStart = start;
    this.pathEnd = pathEnd;
    this.targetEnd = at;
    return at;
  }

  #skipPath(bytes: Uint8Array, start: number, limit: number): number {
    let at = start;
    let seen = 0;
    let kind = 1;
    while (at < limit && kind !== 0) {
      kind = pathBytes[bytes[at] as number] as number;
      seen |= kind;
      at += 1;
    }
    this.#isPlain = (seen & 2) === 0;
    return kind === 0 ? at - 1 : at;
  }

  /** `http://host` means `/`: the last slash of the scheme stands for it. */
  #takeEmptyPath(behind: number): number {
    this.targetStart = this.#authorityStart - 1;
    this.targetEnd = this.#authorityStart;
    this.pathEnd = this.#authorityStart;
    return behind;
  }

  #readVersion(bytes: Uint8Array, start: number, end: number): number {
    const minorAt = start + VERSION.length;
    for (let at = start; at < minorAt; at += 1) {
      if (at === end) return fault.partial;
      if (bytes[at] !== VERSION[at - start])
        return at === start + MAJOR_AT && isDigit(bytes[at] as number) ? fault.version : fault.line;
    }
    if (minorAt === end) return fault.partial;
    const minor = (bytes[minorAt] as number) - zero;
    if (minor !== 0 && minor !== 1) return fault.line;
    this.minorVersion = minor;
    return minorAt + 1 === end ? fault.partial : behindLineEnd(bytes, minorAt + 1, end);
  }
}

/** One empty line before a request is left out (RFC 9112, 2.2), no more. */
function skipEmptyLine(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return fault.partial;
  return bytes[start] === carriageReturn ? behindLineEnd(bytes, start, end) : start;
}

function skipQuery(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (at < limit && targetBytes[bytes[at] as number] !== 0) at += 1;
  return at;
}

function skipScheme(bytes: Uint8Array, start: number, limit: number): number {
  let isPartial = false;
  for (const scheme of SCHEMES) {
    const length = Math.min(scheme.length, limit - start);
    if (!scheme.subarray(0, length).every((code, at) => bytes[start + at] === code)) continue;
    if (length === scheme.length) return start + length;
    isPartial = true;
  }
  return isPartial ? fault.partial : fault.target;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}
