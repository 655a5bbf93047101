/** The edge's whole input. Hosts are lower case, without port; prefixes are `/` or `/a/b`. */
export interface EdgeRoute {
  readonly host: string;
  readonly pathPrefix: string;
  readonly stripPrefix: boolean;
  readonly app: string;
  /** Empty when nothing can take traffic; then `unavailable` says why, for the error page. */
  readonly targets: readonly EdgeTarget[];
  readonly unavailable: string | null;
}

export interface EdgeTarget {
  /** The instance's id: in-flight counts and draining are told per instance. */
  readonly instance: string;
  readonly host: string;
  readonly port: number;
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
