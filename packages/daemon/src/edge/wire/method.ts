import { bytesOf, fillTable, textOf } from './byte.ts';

/**
 * The methods that are passed on: those of Node's own parser, without CONNECT and TRACE. Any other name is more likely
 * a trick than a method that an app is waiting for.
 */
const METHODS = [
  'GET',
  'POST',
  'PUT',
  'HEAD',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'ACL',
  'BIND',
  'CHECKOUT',
  'COPY',
  'LINK',
  'LOCK',
  'M-SEARCH',
  'MERGE',
  'MKACTIVITY',
  'MKCALENDAR',
  'MKCOL',
  'MOVE',
  'NOTIFY',
  'PROPFIND',
  'PROPPATCH',
  'PURGE',
  'QUERY',
  'REBIND',
  'REPORT',
  'SEARCH',
  'SOURCE',
  'SUBSCRIBE',
  'UNBIND',
  'UNLINK',
  'UNLOCK',
  'UNSUBSCRIBE',
] as const;

export const longestMethod = 11;
const REFUSED = new Set(['CONNECT', 'TRACE']);
const methodByte = fillTable((code) => ((code >= 65 && code <= 90) || code === 45 ? 1 : 0));

interface Method {
  readonly name: string;
  readonly letters: Uint8Array;
}

const byLength: readonly (readonly Method[])[] = Array.from({ length: longestMethod + 1 }, (_, length) =>
  METHODS.filter((name) => name.length === length).map((name) => ({ name, letters: bytesOf(name) })),
);

/** The method's name without making a string of the bytes; undefined for one that is not passed on. */
export function findMethod(bytes: Uint8Array, start: number, end: number): string | undefined {
  const candidates = byLength[end - start];
  return candidates?.find(({ letters }) => isSame(bytes, start, letters))?.name;
}

/** CONNECT makes a tunnel to anywhere, TRACE shows what others were not meant to see. */
export function isRefusedMethod(bytes: Uint8Array, start: number, end: number): boolean {
  return REFUSED.has(textOf(bytes, start, end));
}

/** Methods are capitals; nothing else begins a request. */
export function isMethodByte(code: number): boolean {
  return methodByte[code] === 1;
}

function isSame(bytes: Uint8Array, start: number, letters: Uint8Array): boolean {
  for (let at = 0; at < letters.length; at += 1) if (bytes[start + at] !== letters[at]) return false;
  return true;
}
