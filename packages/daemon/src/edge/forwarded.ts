import { listValues, type RawHeaders } from './raw-headers.ts';

/** The visitor, as the edge sees it. */
export interface Peer {
  readonly address: string;
  /** Its own word on whom it speaks for counts. */
  readonly isTrusted: boolean;
}

const REWRITTEN = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-prefix',
  'x-forwarded-proto',
]);

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
  const last = (name: string): string | undefined => said(name).at(-1);
  const pairs: [string, string][] = [
    ['X-Forwarded-For', [...said('x-forwarded-for'), peer.address].join(', ')],
    ['X-Forwarded-Host', last('x-forwarded-host') ?? host],
    ['X-Forwarded-Proto', last('x-forwarded-proto') ?? 'http'],
    ['Forwarded', [...said('forwarded'), own].join(', ')],
  ];
  if (prefix !== '') pairs.push(['X-Forwarded-Prefix', (last('x-forwarded-prefix') ?? '') + prefix]);
  return pairs.flat();
}
