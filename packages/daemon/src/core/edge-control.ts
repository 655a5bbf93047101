import type { RefusedCertificate } from './edge-certificate.ts';
import type { EdgeManners } from './edge-manners.ts';
import type { EdgeRoute, RouteChange } from './route-table.ts';

/** Raised when an edge and a control process of different versions would misunderstand each other. */
export const edgeProtocol = 2;

/** What the control process may ask of the edge: HTTP over a unix socket, JSON both ways. */
export const edgeCalls = {
  /** Answers with an `EdgeHello` line and then stays open for as long as both live; each `Knock` is a line of it. */
  session: { method: 'GET', path: '/session' },
  replace: { method: 'PUT', path: '/routes' },
  apply: { method: 'PATCH', path: '/routes' },
  /** A list of `EdgeCertificate`; answers with `CertificatesTaken`, once they are in force and on the disk. */
  certificates: { method: 'PUT', path: '/certificates' },
  /** A list of `EdgeChallenge`. */
  challenges: { method: 'PUT', path: '/challenges' },
  /** Answers when the instance is drained. */
  drain: { method: 'POST', path: '/drains' },
  facts: { method: 'GET', path: '/facts' },
  /** Answers with an `EdgeStatus`. */
  status: { method: 'GET', path: '/status' },
  /** A `HistoryQuestion`; answers with a list of `PastRequest`, oldest first. */
  history: { method: 'POST', path: '/history' },
  /** Answers once another edge serves, or with why none does; this one lets end what is under way, and ends. */
  succeed: { method: 'POST', path: '/succeed' },
  /** Answers once the edge listens no more: another one may take its addresses. */
  stop: { method: 'POST', path: '/stop' },
} as const satisfies Record<string, EdgeCall>;

export interface EdgeCall {
  readonly method: string;
  readonly path: string;
}

/** What an edge was started with; a control process adopts only an edge of its own wishes. */
export interface EdgeWish {
  readonly protocol: number;
  /** Says which program it is: an edge of another version is replaced. */
  readonly version: string;
  readonly http: readonly string[];
  readonly https: readonly string[];
  readonly trustedProxies: readonly string[];
  /** Every connection must come from a trusted proxy and begin with a PROXY header. */
  readonly proxyProtocol: boolean;
  readonly connections: ConnectionLimits;
  /** Absent for a daemon's edge. */
  readonly manners?: EdgeManners;
}

/** Visitors' connections that are open at a time. */
export interface ConnectionLimits {
  readonly total: number;
  /** Of one address; trusted proxies may have any number. */
  readonly perAddress: number;
}

export const defaultConnections: ConnectionLimits = { total: 20_000, perAddress: 1_000 };

export interface EdgeHello extends EdgeWish {
  readonly pid: number;
  readonly startedAtMs: number;
  /** Where it truly listens for http, `127.0.0.1:8080` or `[::1]:8080`: the port 0 of a wish is a number here. */
  readonly addresses: readonly string[];
  /** The same for https. */
  readonly secureAddresses: readonly string[];
}

/** How an edge is at the moment. */
export interface EdgeStatus extends EdgeHello {
  /** Of visitors. */
  readonly openConnections: number;
  readonly routes: number;
}

/** How the successor is started, what of the listening passes on to it, and what time those under way here have. */
export interface SucceedOrder {
  readonly start: EdgeStart;
  readonly http: readonly string[];
  readonly https: readonly string[];
  readonly graceMs: number;
}

export interface EdgeStart {
  readonly nodePath: string;
  /** Flags of Node, the program, its arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface CertificatesTaken {
  readonly refused: readonly RefusedCertificate[];
}

export interface DrainOrder {
  readonly instance: string;
  readonly graceMs: number;
}

/** Which app's last requests are asked for. */
export interface HistoryQuestion {
  readonly app: string;
}

/** A line behind the hello of a session: a visitor wants an app that is asleep. */
export interface Knock {
  readonly knock: string;
}

export interface StopOrder {
  readonly graceMs: number;
}

/** True when both are of one version and were started for the same purpose. */
export function isSameWish(one: EdgeWish, other: EdgeWish): boolean {
  return renderWish(one) === renderWish(other);
}

/** Undefined when the value is not an order to let another edge take over. */
export function parseSucceedOrder(value: unknown): SucceedOrder | undefined {
  if (!isObject(value)) return undefined;
  const { start, http, https, graceMs } = value;
  if (!isObject(start)) return undefined;
  const { nodePath, argv, env } = start;
  const isStart = typeof nodePath === 'string' && areTexts(argv) && isObject(env) && areTexts(Object.values(env));
  const isOrder = isStart && areTexts(http) && areTexts(https) && typeof graceMs === 'number';
  return isOrder ? (value as unknown as SucceedOrder) : undefined;
}

/** Undefined when the value is not a list of routes. */
export function parseRoutes(value: unknown): readonly EdgeRoute[] | undefined {
  return Array.isArray(value) && value.every(isRoute) ? value : undefined;
}

/** Undefined when the value is not a change of routes. */
export function parseRouteChange(value: unknown): RouteChange | undefined {
  if (!isObject(value)) return undefined;
  const put = parseRoutes(value['put']);
  const { remove } = value;
  return put !== undefined && Array.isArray(remove) && remove.every(isPlace) ? { put, remove } : undefined;
}

/** Of an edge of before there may be less in it. */
function renderWish(wish: EdgeWish): string {
  const { protocol, version, http, https, trustedProxies, proxyProtocol } = wish;
  const connections = [wish.connections?.total, wish.connections?.perAddress];
  return JSON.stringify([protocol, version, http, https, trustedProxies, proxyProtocol, connections, wish.manners]);
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isRoute(value: unknown): value is EdgeRoute {
  if (!isObject(value) || !isPlace(value)) return false;
  const { app, stripPrefix, targets, unavailable } = value as Readonly<Record<string, unknown>>;
  const isReason = unavailable === null || typeof unavailable === 'string';
  return (
    isReason &&
    typeof app === 'string' &&
    typeof stripPrefix === 'boolean' &&
    Array.isArray(targets) &&
    targets.every(isTarget)
  );
}

function isPlace(value: unknown): value is { readonly host: string; readonly pathPrefix: string } {
  return isObject(value) && typeof value['host'] === 'string' && typeof value['pathPrefix'] === 'string';
}

function isTarget(value: unknown): boolean {
  if (!isObject(value)) return false;
  return typeof value['instance'] === 'string' && typeof value['host'] === 'string' && Number.isInteger(value['port']);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
