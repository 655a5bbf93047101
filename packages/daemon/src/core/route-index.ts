import { HostRoutes } from './host-routes.ts';
import type { EdgeRoute, RouteChange } from './route-table.ts';

/**
 * Finds the route for a request: the exact host, else the closest wildcard above it, else `*`; of that host's routes the
 * longest prefix of whole path segments. A host that is there but has nothing at the path does not fall back on a
 * wildcard: what belongs to one host's owner must not be answered by another's app.
 */
export class RouteIndex {
  readonly #exact = new Map<string, HostRoutes>();
  /** By what follows the star: `.example.org`. */
  readonly #wildcards = new Map<string, HostRoutes>();
  #anywhere: HostRoutes | undefined;
  #version = 0;
  #size = 0;

  /** Another number after each change: a `HostRoutes` kept from before it is to be found again. */
  get version(): number {
    return this.#version;
  }

  /** How many routes there are. */
  get size(): number {
    return this.#size;
  }

  replace(routes: readonly EdgeRoute[]): void {
    this.#exact.clear();
    this.#wildcards.clear();
    this.#anywhere = undefined;
    this.#size = 0;
    this.apply({ put: routes, remove: [] });
  }

  apply({ put, remove }: RouteChange): void {
    this.#version += 1;
    for (const { host, pathPrefix } of remove) this.#remove(host, pathPrefix);
    for (const route of put) this.#put(route);
  }

  /** `host` is lower case, without port and trailing dot; empty when the visitor named none. */
  findHost(host: string): HostRoutes | undefined {
    return this.#exact.get(host) ?? (this.#wildcards.size === 0 ? this.#anywhere : this.#findWildcard(host));
  }

  /** As `findHost` and `HostRoutes.find`, for whoever has text; each character of `path` stands for a byte. */
  find(host: string, path: string): EdgeRoute | undefined {
    const bytes = Uint8Array.from(path, (character) => character.charCodeAt(0));
    return this.findHost(host)?.find(bytes, 0, bytes.length);
  }

  list(): readonly EdgeRoute[] {
    const routes: EdgeRoute[] = [];
    for (const host of this.#listHosts()) for (const route of host) routes.push(route);
    return routes;
  }

  *#listHosts(): Generator<HostRoutes> {
    yield* this.#exact.values();
    yield* this.#wildcards.values();
    if (this.#anywhere !== undefined) yield this.#anywhere;
  }

  #findWildcard(host: string): HostRoutes | undefined {
    for (let dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
      const found = this.#wildcards.get(host.slice(dot));
      if (found !== undefined) return found;
    }
    return this.#anywhere;
  }

  #put(route: EdgeRoute): void {
    const host = this.#get(route.host) ?? this.#add(new HostRoutes(route.host));
    if (host.put(route)) this.#size += 1;
  }

  #remove(name: string, pathPrefix: string): void {
    const host = this.#get(name);
    if (host === undefined || !host.remove(pathPrefix)) return;
    this.#size -= 1;
    if (host.size === 0) this.#drop(name);
  }

  #get(name: string): HostRoutes | undefined {
    if (name === '*') return this.#anywhere;
    return isWildcard(name) ? this.#wildcards.get(name.slice(1)) : this.#exact.get(name);
  }

  #add(host: HostRoutes): HostRoutes {
    if (host.host === '*') this.#anywhere = host;
    else if (isWildcard(host.host)) this.#wildcards.set(host.host.slice(1), host);
    else this.#exact.set(host.host, host);
    return host;
  }

  #drop(name: string): void {
    if (name === '*') this.#anywhere = undefined;
    else if (isWildcard(name)) this.#wildcards.delete(name.slice(1));
    else this.#exact.delete(name);
  }
}

/** `*.example.org` stands for every name below it, one label or more. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*.');
}

/** `/a` covers `/a` and `/a/b`, not `/ab`. */
export function coversPath(prefix: string, path: string): boolean {
  if (prefix === '/') return true;
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}
