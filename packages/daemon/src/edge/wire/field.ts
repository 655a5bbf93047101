import { bytesOf, isDisguisedByte, nameByte } from './byte.ts';

// Constants of this file's own: see byte.ts.
const nameBytes = nameByte;

/** What a field's name means to the edge. Below 32, so that a set of them is one number. */
export const field = {
  other: 0,
  host: 1,
  contentLength: 2,
  transferEncoding: 3,
  connection: 4,
  upgrade: 5,
  expect: 6,
  te: 7,
  trailer: 8,
  keepAlive: 9,
  proxyConnection: 10,
  proxyAuthenticate: 11,
  proxyAuthorization: 12,
  proxy: 13,
  http2Settings: 14,
  forwarded: 15,
  xForwardedFor: 16,
  xForwardedHost: 17,
  xForwardedProto: 18,
  xForwardedPrefix: 19,
  /** Any other name that begins with `x-forwarded-`. */
  xForwardedOther: 20,
  xRealIp: 21,
  /**
   * Never goes on: one of the names above, or `x-forwarded-…`, written with an underscore or the like, so that apps may
   * take it for the true one; or any that `Connection` nominates.
   */
  dropped: 22,
  accept: 23,
  authorization: 24,
  contentLocation: 25,
  cookie: 26,
  date: 27,
  location: 28,
  setCookie: 29,
} as const;
export type FieldKind = (typeof field)[keyof typeof field];

/** A set of kinds as bits: n is set for kind n. */
export function bitsOf(kinds: readonly FieldKind[]): number {
  return kinds.reduce<number>((bits, kind) => bits | (1 << kind), 0);
}

const NAMES: Readonly<Partial<Record<FieldKind, string>>> = {
  [field.host]: 'host',
  [field.contentLength]: 'content-length',
  [field.transferEncoding]: 'transfer-encoding',
  [field.connection]: 'connection',
  [field.upgrade]: 'upgrade',
  [field.expect]: 'expect',
  [field.te]: 'te',
  [field.trailer]: 'trailer',
  [field.keepAlive]: 'keep-alive',
  [field.proxyConnection]: 'proxy-connection',
  [field.proxyAuthenticate]: 'proxy-authenticate',
  [field.proxyAuthorization]: 'proxy-authorization',
  [field.proxy]: 'proxy',
  [field.http2Settings]: 'http2-settings',
  [field.forwarded]: 'forwarded',
  [field.xForwardedFor]: 'x-forwarded-for',
  [field.xForwardedHost]: 'x-forwarded-host',
  [field.xForwardedProto]: 'x-forwarded-proto',
  [field.xForwardedPrefix]: 'x-forwarded-prefix',
  [field.xRealIp]: 'x-real-ip',
  [field.accept]: 'accept',
  [field.authorization]: 'authorization',
  [field.contentLocation]: 'content-location',
  [field.cookie]: 'cookie',
  [field.date]: 'date',
  [field.location]: 'location',
  [field.setCookie]: 'set-cookie',
};

const FORWARDED_PREFIX = bytesOf('x-forwarded-');
const LONGEST = 31;
const names: readonly (Uint8Array | undefined)[] = Array.from({ length: 32 }, (_, kind) => {
  const name = NAMES[kind as FieldKind];
  return name === undefined ? undefined : bytesOf(name);
});

/** The one kind that a name of some first letter and some length can have; most names have none. */
const candidates: Uint8Array = fillCandidates();

/** The kind of a field by its name, a range of token bytes that is not empty. */
export function classifyName(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = nameBytes[bytes[start] as number] as number;
  const candidate = candidates[placeOf(first, length)] as number;
  return candidate === field.other ? candidate : confirm(bytes, start, { length, candidate });
}

function placeOf(first: number, length: number): number {
  return ((first & 31) << 5) | (length > LONGEST ? 0 : length);
}

function confirm(
  bytes: Uint8Array,
  start: number,
  { length, candidate }: { length: number; candidate: number },
): number {
  const name = names[candidate];
  if (name !== undefined && length === name.length && hasName(bytes, start, name))
    return isDisguise(bytes, start, start + length) ? disguiseOf(candidate) : candidate;
  if (length <= FORWARDED_PREFIX.length || !hasName(bytes, start, FORWARDED_PREFIX)) return field.other;
  return isDisguise(bytes, start, start + length) ? field.dropped : field.xForwardedOther;
}

function hasName(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at += 1) if (nameBytes[bytes[start + at] as number] !== name[at]) return false;
  return true;
}

function isDisguise(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (isDisguisedByte(bytes[at] as number)) return true;
  return false;
}

function disguiseOf(kind: number): number {
  return kind < field.dropped ? field.dropped : field.other;
}

function fillCandidates(): Uint8Array {
  const filled = new Uint8Array(1_024);
  for (const [kind, name] of names.entries()) {
    if (name === undefined) continue;
    const place = placeOf(name[0] as number, name.length);
    if (filled[place] !== field.other)
      throw new Error('Two known names have one first letter and one length: compare more of them.');
    filled[place] = kind;
  }
  const [x = 0] = FORWARDED_PREFIX;
  for (const length of [0, ...Array.from({ length: LONGEST }, (_, index) => index + 1)])
    if (filled[placeOf(x, length)] === field.other) filled[placeOf(x, length)] = field.xForwardedOther;
  return filled;
}
