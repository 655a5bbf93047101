import { fillTable, hexValue } from './byte.ts';

const HASH = 35;
const PERCENT = 37;
const DOT = 46;
const SLASH = 47;
const SEMICOLON = 59;
const QUESTION = 63;
const BACKSLASH = 92;

/**
 * What a byte is in a target: 0 ends it (a space, a control byte, one above ASCII, `#`), 1 is plain, 2 makes a path worth
 * a second look. Quotes, brackets and the like are no part of a URI, but browsers send them.
 */
export const targetByte: Uint8Array = fillTable((code) => {
  if (code <= 32 || code >= 127 || code === HASH) return 0;
  return code === PERCENT || code === DOT || code === BACKSLASH ? 2 : 1;
});

/** The same for the path alone: `?` ends it, too. */
export const pathByte: Uint8Array = targetByte.map((kind, code) => (code === QUESTION ? 0 : kind));

/**
 * False for a path that two programs could resolve differently: one with `.` or `..` as a segment (also written with
 * `%2e`, set off by `%2f`, or followed by a `;parameter`), a backslash in either form, `%00`, or a broken escape.
 */
export function isCanonicalPath(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const next = skipByte(bytes, at, end);
    if (next < 0) return false;
    if (next > 0 && isSlash(bytes, at, next) && isDotSegment(bytes, next, end)) return false;
    at = next;
  }
  return true;
}

/** Behind one byte or one escape; -1 for what may not stand in a path. */
function skipByte(bytes: Uint8Array, at: number, end: number): number {
  const code = bytes[at] as number;
  if (code === BACKSLASH) return -1;
  if (code !== PERCENT) return at + 1;
  if (at + 2 >= end) return -1;
  const decoded = decode(bytes, at);
  return decoded === 0 || decoded === BACKSLASH || decoded > 255 ? -1 : at + 3;
}

/** The byte that an escape stands for; more than 255 when it is broken. */
function decode(bytes: Uint8Array, at: number): number {
  const high = hexValue[bytes[at + 1] as number] as number;
  const low = hexValue[bytes[at + 2] as number] as number;
  return high > 15 || low > 15 ? 256 : high * 16 + low;
}

function isSlash(bytes: Uint8Array, at: number, next: number): boolean {
  return bytes[at] === SLASH || (next === at + 3 && decode(bytes, at) === SLASH);
}

/** One dot or two, then the end of the segment. */
function isDotSegment(bytes: Uint8Array, start: number, end: number): boolean {
  const first = skipDot(bytes, start, end);
  if (first === start) return false;
  const second = skipDot(bytes, first, end);
  if (second === end) return true;
  const code = bytes[second];
  if (code === SLASH || code === SEMICOLON) return true;
  return code === PERCENT && second + 2 < end && isSegmentEnd(decode(bytes, second));
}

function isSegmentEnd(code: number): boolean {
  return code === SLASH || code === SEMICOLON;
}

function skipDot(bytes: Uint8Array, at: number, end: number): number {
  if (at < end && bytes[at] === DOT) return at + 1;
  return at + 2 < end && bytes[at] === PERCENT && decode(bytes, at) === DOT ? at + 3 : at;
}
