import type { EdgeRoute, EdgeTarget } from '../../core/route-table.ts';
import { bytesOf } from './byte.ts';
import { bitsOf, field, type FieldKind } from './field.ts';
import { plainName } from './field-text.ts';

/** What changes between a request as it came and as one target gets it; made once per route and target. */
export interface Passage {
  /** Cut off the path: `/a`; empty when nothing is. */
  readonly prefix: string;
  /** Put before the path: `/base`; empty when nothing is. */
  readonly base: string;
  /** In place of the visitor's Host; undefined to keep it. */
  readonly host: string | undefined;
  /** Where answers name the target itself, and what is named instead. */
  readonly renames: Renaming | undefined;
  /** The app hears where the request came from. */
  readonly forwards: boolean;
  /** Whole lines that each request gets. */
  readonly lines: Uint8Array;
  /** Which of the visitor's fields stay behind. */
  readonly fromStranger: DroppedFields;
  readonly fromTrusted: DroppedFields;
  /** The visitor's cookies go on without these; undefined when all do. */
  readonly dropsCookies: ReadonlySet<string> | undefined;
}

/** A `Location` with this authority gets the visitor's Host, or another scheme. */
export interface Renaming {
  readonly authority: string;
  readonly host: boolean;
  readonly scheme?: 'http' | 'https';
}

/** The fields that stay behind: bit n for those of kind n, and some by name, in lower case with hyphens for underscores. */
export interface DroppedFields {
  readonly kinds: number;
  readonly names: ReadonlySet<string> | undefined;
}

/** Of one connection, never of the message (RFC 9110, 7.6.1); `Proxy` is a trap for CGI programs (CVE-2016-5385). */
export const hopByHop: number = bitsOf([
  field.connection,
  field.contentLength,
  field.dropped,
  field.http2Settings,
  field.keepAlive,
  field.proxy,
  field.proxyAuthenticate,
  field.proxyAuthorization,
  field.proxyConnection,
  field.te,
  field.trailer,
  field.transferEncoding,
  field.upgrade,
]);
const rewritten = bitsOf([
  field.forwarded,
  field.xForwardedFor,
  field.xForwardedHost,
  field.xForwardedPrefix,
  field.xForwardedProto,
]);
const claimed = rewritten | bitsOf([field.xForwardedOther, field.xRealIp]);
const always = hopByHop | bitsOf([field.expect]);

/** A route adds nothing that frames the message or belongs to the connection. */
const NEVER_ADDED =
  /^(?:connection|content-length|expect|host|keep-alive|proxy.*|te|trailer|transfer-encoding|upgrade)$/;
/** Two values of these would contradict each other. */
const WRITTEN_ANYWAY = /^(?:forwarded|x-forwarded-(?:for|host|prefix|proto)|x-real-ip)$/;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

const plain = createPassage({ stripPrefix: false, pathPrefix: '/' }, { host: '', port: 0 });
const kept = new WeakMap<EdgeRoute, Map<string, Passage>>();

/** The passage of a route and one of its targets; kept as long as the route is. */
export function findPassage(route: EdgeRoute, target: EdgeTarget): Passage {
  if (!route.stripPrefix && route.options === undefined && target.pathBase === undefined) return plain;
  const ofRoute = kept.get(route) ?? new Map<string, Passage>();
  kept.set(route, ofRoute);
  const passage = ofRoute.get(target.instance) ?? createPassage(route, target);
  ofRoute.set(target.instance, passage);
  return passage;
}

type Way = Pick<EdgeRoute, 'stripPrefix' | 'pathPrefix' | 'options'>;
type Goal = Pick<EdgeTarget, 'host' | 'port' | 'pathBase' | 'socketPath' | 'tls'>;

export function createPassage(route: Way, target: Goal): Passage {
  const forwards = route.options?.forwards ?? true;
  const host = findHost(route, target);
  const added = listAdded(route.options?.requestHeaders ?? {}, forwards);
  const dropsCookies = findCookies(route);
  const replaced = [...(host === undefined ? [] : [field.host]), ...(dropsCookies ? [field.cookie] : [])];
  return {
    prefix: route.stripPrefix && route.pathPrefix !== '/' ? route.pathPrefix : '',
    base: (target.pathBase ?? '').replace(/\/$/, ''),
    host,
    renames: findRenames(route, target),
    forwards,
    lines: bytesOf(added.map(([name, value]) => `${name}: ${value}\r\n`).join('')),
    dropsCookies,
    ...findDropped({ forwards, names: added.map(([name]) => plainName(name)), replaced }),
  };
}

function findCookies({ options }: Way): ReadonlySet<string> | undefined {
  const names = options?.dropCookies ?? [];
  return names.length === 0 ? undefined : new Set(names);
}

function findRenames({ options }: Way, target: Goal): Renaming | undefined {
  const rewrites = options?.rewritesLocation;
  return rewrites && { authority: authorityOf(target), ...rewrites };
}

function findHost({ options }: Way, target: Goal): string | undefined {
  const own = options?.requestHeaders?.['host'];
  if (own !== undefined && VALUE.test(own)) return own;
  return options?.rewritesHost === true ? authorityOf(target) : undefined;
}

function listAdded(headers: Readonly<Record<string, string>>, forwards: boolean): readonly [string, string][] {
  return Object.entries(headers).filter(([name, value]) => {
    const plainly = plainName(name);
    const isTaken = NEVER_ADDED.test(plainly) || (forwards && WRITTEN_ANYWAY.test(plainly));
    return !isTaken && NAME.test(name) && VALUE.test(value);
  });
}

function findDropped({
  forwards,
  names,
  replaced,
}: {
  forwards: boolean;
  names: readonly string[];
  replaced: readonly FieldKind[];
}): Pick<Passage, 'fromStranger' | 'fromTrusted'> {
  const kinds = always | bitsOf(replaced);
  const named = names.length === 0 ? undefined : new Set(names);
  return {
    fromStranger: { kinds: kinds | claimed, names: named },
    fromTrusted: { kinds: forwards ? kinds | rewritten : kinds, names: named },
  };
}

function authorityOf({ host, port, socketPath, tls }: Goal): string {
  if (socketPath !== undefined) return 'localhost';
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (tls === undefined ? 80 : 443) ? name : `${name}:${port}`;
}
