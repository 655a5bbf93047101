import type { EdgeTarget } from '../../core/route-table.ts';
import { hostOf } from './route-path.ts';

/** A route as the API knows it. */
export interface ChpRoute {
  /** Decoded: `/user/zoe`, or `/hub.example.org/user/zoe` in host routing. */
  readonly path: string;
  readonly target: string;
  /** `target`, understood. */
  readonly address: EdgeTarget;
  /** What was posted, word for word. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds: when it was posted, which counts as activity. */
  readonly sinceMs: number;
}

/** All routes, in the order in which they came. */
export class RouteBook {
  readonly isByHost: boolean;
  readonly #routes = new Map<string, ChpRoute>();
  readonly #perHost = new Map<string, number>();

  constructor(isByHost: boolean) {
    this.isByHost = isByHost;
  }

  find(path: string): ChpRoute | undefined {
    return this.#routes.get(path);
  }

  /** True when there is a route of this host. */
  hasHost(host: string): boolean {
    return this.#perHost.has(host);
  }

  put(route: ChpRoute): void {
    if (!this.#routes.has(route.path)) this.#count(route.path, 1);
    this.#routes.set(route.path, route);
  }

  /** False when there was none. */
  remove(path: string): boolean {
    const wasThere = this.#routes.delete(path);
    if (wasThere) this.#count(path, -1);
    return wasThere;
  }

  list(): readonly ChpRoute[] {
    return [...this.#routes.values()];
  }

  /** In host routing: those that have routes of their own. */
  listHosts(): readonly string[] {
    return [...this.#perHost.keys()];
  }

  #count(path: string, step: 1 | -1): void {
    const host = this.isByHost ? hostOf(path) : undefined;
    if (host === undefined) return;
    const count = (this.#perHost.get(host) ?? 0) + step;
    if (count === 0) this.#perHost.delete(host);
    else this.#perHost.set(host, count);
  }
}
