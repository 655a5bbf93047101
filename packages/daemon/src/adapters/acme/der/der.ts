/** Writes ASN.1 in DER (X.690): each function gives one whole element. Only what requests and certificates need. */
export const der = {
  sequence: (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts),
  boolean: (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0)),
  /** Big-endian bytes of a number that is not negative. */
  integer: (bytes: Uint8Array): Buffer => element(0x02, renderUnsigned(bytes)),
  octetString: (bytes: Uint8Array): Buffer => element(0x04, bytes),
  /** Whole bytes: no bit is left over. */
  bitString: (bytes: Uint8Array): Buffer => element(0x03, Buffer.of(0), bytes),
  utf8: (text: string): Buffer => element(0x0c, Buffer.from(text)),
  /** Seconds of a moment in UTC; years from 2050 on take the long form (RFC 5280, 4.1.2.5). */
  time: (ms: number): Buffer => renderTime(new Date(ms)),
  oid: (dotted: string): Buffer => element(0x06, renderOid(dotted)),
  /** `[number] EXPLICIT`, or an IMPLICIT one of something constructed. */
  context: (number: number, ...parts: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...parts),
  /** `[number] IMPLICIT` of something primitive. */
  contextPrimitive: (number: number, bytes: Uint8Array): Buffer => element(0x80 | number, bytes),
} as const;

function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.of(tag), renderLength(length), ...parts]);
}

function renderLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = bigEndian(length);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** A set first bit would make it negative. */
function renderUnsigned(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.of(0) : bytes.subarray(first);
  return (digits[0] ?? 0) < 0x80 ? Buffer.from(digits) : Buffer.concat([Buffer.of(0), digits]);
}

function renderTime(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  const isLong = date.getUTCFullYear() >= 2050;
  return element(isLong ? 0x18 : 0x17, Buffer.from(`${isLong ? digits : digits.slice(2)}Z`));
}

function renderOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return Buffer.from([first * 40 + second, ...rest].flatMap(base128));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
  return digits;
}

function bigEndian(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}
