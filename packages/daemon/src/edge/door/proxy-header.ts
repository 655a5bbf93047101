import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { plainAddress } from '../trusted-proxies.ts';

/** What stands before the first byte of a visitor, as far as it has come. */
export type ProxyHeader =
  | { readonly kind: 'partial' }
  /** Not a header by the book: the connection means nothing. */
  | { readonly kind: 'refused' }
  /** `address` is undefined when the proxy speaks for itself (its own check of health) or does not know. */
  | { readonly kind: 'whole'; readonly length: number; readonly address: string | undefined };

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const WORD = Buffer.from('PROXY ', 'latin1');
const LONGEST_LINE = 107;
/** Extensions may carry a certificate; they are not looked at. */
const LONGEST_BLOCK = 4_096;
const BLOCK_HEAD = 16;
const addressTests: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['TCP4', isIPv4],
  ['TCP6', isPlainIPv6],
]);
const PARTIAL: ProxyHeader = { kind: 'partial' };
const REFUSED: ProxyHeader = { kind: 'refused' };

/** Reads a PROXY header, version 1 or 2, strictly as HAProxy's proxy-protocol.txt has it. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsAlike(bytes, SIGNATURE)) return bytes.length < BLOCK_HEAD ? PARTIAL : parseBlock(bytes);
  return startsAlike(bytes, WORD) ? parseLine(bytes) : REFUSED;
}

/** True as long as the shorter of the two is the other's beginning. */
function startsAlike(bytes: Buffer, word: Buffer): boolean {
  const length = Math.min(bytes.length, word.length);
  return bytes.compare(word, 0, length, 0, length) === 0;
}

function parseLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf('\r\n', 0, 'latin1');
  if (end === -1) return bytes.length < LONGEST_LINE ? PARTIAL : REFUSED;
  const address = parseWords(bytes.toString('latin1', 0, end).split(' '));
  return address === null ? REFUSED : { kind: 'whole', length: end + 2, address };
}

/** Null when the words are none of a PROXY line; undefined when they name nobody. */
function parseWords([, family = '', source = '', destination = '', ...ports]: readonly string[]):
  | string
  | null
  | undefined {
  if (family === 'UNKNOWN') return undefined;
  const isAddress = addressTests.get(family) ?? (() => false);
  const isLine = isAddress(source) && isAddress(destination) && ports.length === 2 && ports.every(isPort);
  return isLine ? canonical(source) : null;
}

function parseBlock(bytes: Buffer): ProxyHeader {
  const [command = 0, family = 0] = bytes.subarray(12, 14);
  const length = BLOCK_HEAD + bytes.readUInt16BE(14);
  if (length > LONGEST_BLOCK) return REFUSED;
  if (bytes.length < length) return PARTIAL;
  // LOCAL, whatever follows: the proxy's own connection.
  if (command === 0x20) return { kind: 'whole', length, address: undefined };
  if (command !== 0x21) return REFUSED;
  return parseAddresses(family, bytes.subarray(BLOCK_HEAD, length));
}

function parseAddresses(family: number, block: Buffer): ProxyHeader {
  const length = BLOCK_HEAD + block.length;
  if (family === 0x00) return { kind: 'whole', length, address: undefined };
  if (family === 0x11 && block.length >= 12) return { kind: 'whole', length, address: block.subarray(0, 4).join('.') };
  if (family !== 0x21 || block.length < 36) return REFUSED;
  const groups = Array.from({ length: 8 }, (_, at) => block.readUInt16BE(at * 2).toString(16));
  return { kind: 'whole', length, address: canonical(groups.join(':')) };
}

function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** One address has one text, so that it is counted and compared as one. */
function canonical(address: string): string {
  if (isIPv4(address)) return address;
  return plainAddress(new SocketAddress({ address, family: 'ipv6' }).address);
}
