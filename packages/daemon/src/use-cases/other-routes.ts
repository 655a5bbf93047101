import type { EdgeRoute } from '../core/route-table.ts';

/** Routes that lead to no app but are to be at the edge as well, by who has them there. */
export class OtherRoutes {
  readonly #owners = new Map<string, readonly EdgeRoute[]>();

  put(owner: string, routes: readonly EdgeRoute[]): void {
    this.#owners.set(owner, routes);
  }

  list(): readonly EdgeRoute[] {
    return [...this.#owners.values()].flat();
  }
}
