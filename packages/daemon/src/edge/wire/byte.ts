/**
 * The bytes that heads are made of, by name. Where loops run over bytes, a file makes these and the tables below its own
 * constants: an imported name is looked up at each use, and the loop takes up to twice as long.
 */
export const byte = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  quote: 34,
  comma: 44,
  dot: 46,
  slash: 47,
  zero: 48,
  one: 49,
  nine: 57,
  colon: 58,
  semicolon: 59,
  equals: 61,
  question: 63,
  del: 127,
} as const;

/** Lower case for ASCII letters, every other byte as it is. */
export const lowerCase: Uint8Array = fillTable((code) => (code >= 65 && code <= 90 ? code + 32 : code));

const HYPHEN = 45;

/**
 * 0 for what no field name holds (RFC 9110, 5.6.2), else the byte by which names are compared: letters in lower case, and
 * a hyphen for all that is no letter and no digit, because many an app cannot tell underscores, and some not even dots,
 * from hyphens.
 */
export const nameByte: Uint8Array = fillTable((code) => {
  const character = String.fromCharCode(code);
  if (/[0-9A-Za-z]/.test(character)) return lowerCase[code] ?? 0;
  return /[!#$%&'*+.^_`|~-]/.test(character) ? HYPHEN : 0;
});

/** True where a byte of a name is compared as a hyphen and is none. */
export function isDisguisedByte(code: number): boolean {
  return code !== HYPHEN && nameByte[code] === HYPHEN;
}

/** The value of a hexadecimal digit; 255 for what is none. */
export const hexValue: Uint8Array = fillTable((code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return value === -1 ? 255 : value;
});

/** One entry for each byte. */
export function fillTable(entryOf: (code: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => entryOf(code));
}

/** The bytes of a text in Latin-1, to be copied or compared later. */
export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** A range as text, each byte one character. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', start, end);
}
