/** Name, value, name, value … as they came over the wire. */
export type RawHeaders = readonly string[];

/** Of one connection, never of the message (RFC 9110, 7.6.1); `Proxy` is a trap for CGI programs (CVE-2016-5385). */
const HOP_BY_HOP = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

const NEVER_IN_TRAILERS = /^(?:content-|x-forwarded-|(?:authorization|cookie|forwarded|host|set-cookie|trailer)$)/;
const NEVER_NOMINATED = new Set(['content-length', 'host', 'transfer-encoding']);

/** All values of one header; `name` is lower case. */
export function listValues(headers: RawHeaders, name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at]?.toLowerCase() === name) values.push(headers[at + 1] ?? '');
  return values;
}

/**
 * The headers that belong to the message and that `isDropped` does not name. An underscore counts as a hyphen there:
 * many an app cannot tell them apart, and would take `X_Forwarded_For` for ours.
 */
export function keepEndToEnd(headers: RawHeaders, isDropped: (name: string) => boolean = () => false): string[] {
  const nominated = nominatedNames(headers);
  const isGone = (name: string): boolean => HOP_BY_HOP.has(name) || (nominated?.has(name) ?? false) || isDropped(name);
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const plain = name.toLowerCase();
    if (!(plain.includes('_') ? isDisguise(plain, isGone) : isGone(plain))) kept.push(name, headers[at + 1] ?? '');
  }
  return kept;
}

function isDisguise(name: string, isGone: (name: string) => boolean): boolean {
  const meant = name.replaceAll('_', '-');
  return NEVER_NOMINATED.has(meant) || isGone(meant) || isGone(name);
}

/** Trailers that may follow a message: none that frames, routes or authorises (RFC 9110, 6.5.1). */
export function keepTrailers(trailers: RawHeaders): [string, string][] {
  const kept = keepEndToEnd(trailers, (name) => NEVER_IN_TRAILERS.test(name));
  const pairs: [string, string][] = [];
  for (let at = 0; at < kept.length; at += 2) pairs.push([kept[at] ?? '', kept[at + 1] ?? '']);
  return pairs;
}

function nominatedNames(headers: RawHeaders): ReadonlySet<string> | undefined {
  const values = listValues(headers, 'connection');
  if (values.length === 0) return undefined;
  const names = values
    .join(',')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return new Set(names.filter((name) => !NEVER_NOMINATED.has(name)));
}
