import { byte } from './byte.ts';
import { fault } from './fault.ts';

// Constants of this file's own: see byte.ts.
const { carriageReturn, lineFeed } = byte;

/** The place behind CRLF; `fault.line` for anything else there. */
export function behindLineEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== carriageReturn) return fault.line;
  if (at + 1 === end) return fault.partial;
  return bytes[at + 1] === lineFeed ? at + 2 : fault.line;
}
