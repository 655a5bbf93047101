import { bytesOf } from './byte.ts';

/** Where the requests of one visitor's connection come from, as lines ready to be copied. Made once per connection. */
export interface Origin {
  readonly address: string;
  /** The peer's own word on whom it speaks for counts. */
  readonly isTrusted: boolean;
  readonly scheme: 'http' | 'https';
  /** As `Forwarded` writes it: `for=10.0.0.1;proto=http;host="` */
  readonly node: Uint8Array;
  /** All that a stranger's request gets, up to the host in `Forwarded`. */
  readonly lines: Uint8Array;
}

/** `address` is an IPv4 or IPv6 address as `net.Socket` says it. */
export function createOrigin({ address, isTrusted, scheme }: Pick<Origin, 'address' | 'isTrusted' | 'scheme'>): Origin {
  const name = address.includes(':') ? `"[${address}]"` : address;
  const node = `for=${name};proto=${scheme};host="`;
  const lines = `X-Forwarded-For: ${address}\r\nX-Real-IP: ${address}\r\nX-Forwarded-Proto: ${scheme}\r\nForwarded: ${node}`;
  return { address, isTrusted, scheme, node: bytesOf(node), lines: bytesOf(lines) };
}
