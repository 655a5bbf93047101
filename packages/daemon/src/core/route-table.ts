/**
 * The edge's whole input. Prefixes are `/` or `/a/b`. What a route does is decided in this order: `redirect`,
 * `requireTls`, `slash`, `maintenance`, then one of `targets`.
 */
export interface EdgeRoute {
  /** Lower case, without port; `*.example.org` for every name below it, one label or more; `*` for every host. */
  readonly host: string;
  readonly pathPrefix: string;
  readonly stripPrefix: boolean;
  /** Under this name its traffic is counted. */
  readonly app: string;
  /** Empty when nothing can take traffic; then `unavailable` says why, for the error page. */
  readonly targets: readonly EdgeTarget[];
  readonly unavailable: string | null;
  /** Absent when all is as usual. */
  readonly options?: RouteOptions;
}

export interface RouteOptions {
  /** Answers instead of a target: `to` is an absolute URL or a path; the rest of the path and the query follow it when `keepPath`. */
  readonly redirect?: { readonly to: string; readonly status: 301 | 302 | 307 | 308; readonly keepPath: boolean };
  /** Requests over http are sent to https (308, or 301 for GET and HEAD), or are not; absent: as the edge does for all. */
  readonly requireTls?: boolean;
  /** A sentence for visitors while the owner works on it: answered with 503. */
  readonly maintenance?: string;
  /** What the targets speak. Default: `http1`. */
  readonly protocol?: 'http1' | 'h2c';
  /** One visitor stays with one instance, by a cookie of the edge's. */
  readonly sticky?: boolean;
  readonly limits?: Partial<RouteLimits>;
  /** The prefix itself is sent to the prefix with a slash behind. */
  readonly slash?: boolean;
  /** A page that waits, while there is no answer of the app's; without, a visitor is told so at once. */
  readonly waiting?: WaitingRoute;
  /** How many of the app's last requests are remembered. */
  readonly history?: number;
  /** Cookies of the visitor's that the targets do not get. */
  readonly dropCookies?: readonly string[];
  /** Control is told of whoever comes while there is no target. */
  readonly wakes?: boolean;
  /** Added to each request for the targets; lower-case names. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** False when the path goes on without `X-Forwarded-…` and `Forwarded`. Default: true. */
  readonly forwards?: boolean;
  /** The app hears its own address as Host rather than the visitor's word. Default: false. */
  readonly rewritesHost?: boolean;
  /** A `Location` that names the target's address is made to name the visitor's host, or its scheme this one. */
  readonly rewritesLocation?: { readonly host: boolean; readonly scheme?: 'http' | 'https' };
}

export interface WaitingRoute {
  readonly title?: string;
  readonly text?: string;
  /** Also for those that do not ask for HTML. */
  readonly always?: boolean;
  readonly giveUpSeconds?: number;
  /** Where the app's log can be read. */
  readonly logs?: string;
}

export interface RouteLimits {
  /** Of one request's body. 0: none. */
  readonly bodyBytes: number;
  /** Requests and tunnels under way at a time; what comes beyond is refused with 503. 0: any number. */
  readonly concurrency: number;
  /** Of one visitor's address, with a burst of the same size times ten; what comes beyond is refused with 429. 0: any. */
  readonly requestsPerSecond: number;
  /** How long the app may take until its answer begins. 0: for ever. */
  readonly answerSeconds: number;
  /** How long a body or a tunnel may be silent. 0: for ever. */
  readonly idleSeconds: number;
}

export const defaultLimits: RouteLimits = {
  bodyBytes: 0,
  concurrency: 0,
  requestsPerSecond: 0,
  answerSeconds: 600,
  idleSeconds: 3600,
};

export interface EdgeTarget {
  /** The instance's id: in-flight counts and draining are told per instance. */
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  /** A unix socket instead of host and port. */
  readonly socketPath?: string;
  /** Spoken to by TLS; `isTrusted` when its certificate is not checked. */
  readonly tls?: {
    readonly isTrusted: boolean;
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
  /** Stands before each path: `/base`. */
  readonly pathBase?: string;
}

/** What changes: routes are keyed by host and path prefix. */
export interface RouteChange {
  readonly put: readonly EdgeRoute[];
  readonly remove: readonly RouteKey[];
}

export interface RouteKey {
  readonly host: string;
  readonly pathPrefix: string;
}

/** One text for a route's place, usable as a map key: hosts hold no slash. */
export function routeKey(key: RouteKey): string {
  return key.host + key.pathPrefix;
}

/** The change that turns `before` into `after`; empty lists when they say the same. */
export function diffRoutes(before: ReadonlyMap<string, EdgeRoute>, after: ReadonlyMap<string, EdgeRoute>): RouteChange {
  const put = [...after].filter(([key, route]) => !sameRoute(before.get(key), route)).map(([, route]) => route);
  const remove = [...before.values()].filter((route) => !after.has(routeKey(route)));
  return { put, remove: remove.map(({ host, pathPrefix }) => ({ host, pathPrefix })) };
}

function sameRoute(one: EdgeRoute | undefined, other: EdgeRoute): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}
