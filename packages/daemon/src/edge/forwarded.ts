import { listValues, type RawHeaders } from './raw-headers.ts';

/** The visitor, as the edge sees it. */
export interface Peer {
  readonly address: string;
  /** Its own word on whom it speaks for counts. */
  readonly isTrusted: boolean;
}

const REWRITTEN = new Set(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-prefix', 'x-forwarded-proto']);

/** The headers that say where a request came from: of a trusted peer only those that are written anew go, of others all. */
export function isOverwritten(name: string, { isTrusted }: Peer): boolean {
  if (REWRITTEN.has(name)) return true;
  return !isTrusted && (name.startsWith('x-forwarded-') || name === 'x-real-ip');
}

/** Where the request came from, for the app: `Forwarded` (RFC 7239) and its older relatives. */
export function forwardedHeaders(headers: RawHeaders, peer: Peer, prefix: string): readonly string[] {
  const said = (name: string): readonly string[] => (peer.isTrusted ? listValues(headers, name) : []);
  const [host = ''] = listValues(headers, 'host');
  const node = peer.address.includes(':') ? `"[${peer.address}]"` : peer.address;
  const own = `for=${node};host="${host}";proto=http`;
  return [
    ...['X-Forwarded-For', [...said('x-forwarded-for'), peer.address].join(', ')],
    ...['X-Forwarded-Host', said('x-forwarded-host').at(-1) ?? host],
    ...['X-Forwarded-Proto', said('x-forwarded-proto').at(-1) ?? 'http'],
    ...['Forwarded', [...said('forwarded'), own].join(', ')],
    ...(prefix === '' ? [] : ['X-Forwarded-Prefix', (said('x-forwarded-prefix').at(-1) ?? '') + prefix]),
  ];
}
