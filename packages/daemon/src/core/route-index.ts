import { type EdgeRoute, routeKey, type RouteChange } from './route-table.ts';

/** Finds the route for a request: the exact host, then the longest prefix of whole path segments. */
export class RouteIndex {
  /** Longest prefix first. */
  readonly #hosts = new Map<string, readonly EdgeRoute[]>();

  replace(routes: readonly EdgeRoute[]): void {
    this.#hosts.clear();
    this.apply({ put: routes, remove: [] });
  }

  apply({ put, remove }: RouteChange): void {
    for (const { host, pathPrefix } of remove) this.#store(host, this.#without(host, pathPrefix));
    for (const route of put) this.#store(route.host, [...this.#without(route.host, route.pathPrefix), route]);
  }

  /** `host` is lower case and without port; `path` is as it was sent, without the query. */
  find(host: string, path: string): EdgeRoute | undefined {
    return this.#hosts.get(host)?.find(({ pathPrefix }) => coversPath(pathPrefix, path));
  }

  list(): readonly EdgeRoute[] {
    return [...this.#hosts.values()].flat();
  }

  #without(host: string, pathPrefix: string): readonly EdgeRoute[] {
    const key = routeKey({ host, pathPrefix });
    return (this.#hosts.get(host) ?? []).filter((route) => routeKey(route) !== key);
  }

  #store(host: string, routes: readonly EdgeRoute[]): void {
    if (routes.length === 0) this.#hosts.delete(host);
    else
      this.#hosts.set(
        host,
        routes.toSorted((a, b) => b.pathPrefix.length - a.pathPrefix.length),
      );
  }
}

/** `/a` covers `/a` and `/a/b`, not `/ab`. */
export function coversPath(prefix: string, path: string): boolean {
  if (prefix === '/') return true;
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}
