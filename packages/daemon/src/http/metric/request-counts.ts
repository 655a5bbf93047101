/** How often each route was answered, by status. */
export interface RequestCount {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly count: number;
}

/** Counts of answered requests since the start. Routes are patterns, so there are only so many of them. */
export class RequestCounts {
  readonly #counts = new Map<string, Map<number, number>>();

  add(method: string, route: string, status: number): void {
    const place = `${method} ${route}`;
    let statuses = this.#counts.get(place);
    if (statuses === undefined) this.#counts.set(place, (statuses = new Map()));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }

  list(): RequestCount[] {
    return [...this.#counts].flatMap(([place, statuses]) => {
      const [method = '', route = ''] = place.split(' ');
      return [...statuses].map(([status, count]) => ({ method, route, status, count }));
    });
  }
}
