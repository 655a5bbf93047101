import type { EdgeRoute, RouteChange } from './route-table.ts';

/** Raised when an edge and a control process of different versions would misunderstand each other. */
export const edgeProtocol = 1;

/** What the control process may ask of the edge: HTTP over a unix socket, JSON both ways. */
export const edgeCalls = {
  /** Answers with an `EdgeHello` line and then stays open for as long as both live. */
  session: { method: 'GET', path: '/session' },
  replace: { method: 'PUT', path: '/routes' },
  apply: { method: 'PATCH', path: '/routes' },
  /** Answers when the instance is drained. */
  drain: { method: 'POST', path: '/drains' },
  facts: { method: 'GET', path: '/facts' },
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
  readonly http: readonly string[];
  readonly trustedProxies: readonly string[];
}

export interface EdgeHello extends EdgeWish {
  readonly pid: number;
  readonly startedAtMs: number;
  /** Where it truly listens, `127.0.0.1:8080` or `[::1]:8080`: the port 0 of a wish is a number here. */
  readonly addresses: readonly string[];
}

export interface DrainOrder {
  readonly instance: string;
  readonly graceMs: number;
}

export interface StopOrder {
  readonly graceMs: number;
}

/** True when both were started for the same purpose. */
export function isSameWish(one: EdgeWish, other: EdgeWish): boolean {
  return renderWish(one) === renderWish(other);
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

function renderWish({ protocol, http, trustedProxies }: EdgeWish): string {
  return JSON.stringify([protocol, http, trustedProxies]);
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
