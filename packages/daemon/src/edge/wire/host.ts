import { byte, fillTable, hexValue } from './byte.ts';

// Constants of this file's own: see byte.ts.
const { colon, dot, nine, zero } = byte;

const OPEN = 91;
const CLOSE = 93;
const MOST_NAME_BYTES = 254;
const MOST_ADDRESS_BYTES = 47;

/** 1 for letters, digits and `_`, which may begin and end a name; 2 for `.` and `-`, which stand within. */
const hostByte: Uint8Array = fillTable((code) => {
  const character = String.fromCharCode(code);
  if (/[\w]/.test(character)) return 1;
  return character === '.' || character === '-' ? 2 : 0;
});

/**
 * Reads `name`, `name:port` or `[address]:port` and returns where the name ends, without its trailing dot; -1 when it
 * is no host. DNS names and addresses only: no user, no list, no percent signs.
 */
export function measureHost(bytes: Uint8Array, start: number, end: number): number {
  const nameEnd = bytes[start] === OPEN ? skipAddress(bytes, start, end) : skipName(bytes, start, end);
  if (nameEnd <= start) return -1;
  const portAt = bytes[nameEnd] === dot && nameEnd < end ? nameEnd + 1 : nameEnd;
  return portAt === end || isPort(bytes, portAt, end) ? nameEnd : -1;
}

function skipName(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && hostByte[bytes[at] as number] !== 0) at += 1;
  if (at > start && bytes[at - 1] === dot) at -= 1;
  if (at === start || at - start > MOST_NAME_BYTES) return -1;
  return hostByte[bytes[start] as number] === 1 && hostByte[bytes[at - 1] as number] === 1 ? at : -1;
}

/** An IPv6 address in brackets, by its bytes only: no route is found for one that does not exist. */
function skipAddress(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  let colons = 0;
  while (at < end && isAddressByte(bytes[at] as number)) {
    if (bytes[at] === colon) colons += 1;
    at += 1;
  }
  const isWhole = at < end && bytes[at] === CLOSE && colons >= 2 && at - start < MOST_ADDRESS_BYTES;
  return isWhole ? at + 1 : -1;
}

function isAddressByte(code: number): boolean {
  return code === colon || code === dot || hexValue[code] !== 255;
}

function isPort(bytes: Uint8Array, at: number, end: number): boolean {
  const digits = end - at - 1;
  if (bytes[at] !== colon || digits < 1 || digits > 5) return false;
  const port = readDigits(bytes, at + 1, end);
  return port >= 0 && port <= 65_535;
}

/** The number that a range of at most 15 digits spells; -1 when it is none. */
export function readDigits(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 15) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] as number;
    if (code < zero || code > nine) return -1;
    value = value * 10 + (code - zero);
  }
  return value;
}
