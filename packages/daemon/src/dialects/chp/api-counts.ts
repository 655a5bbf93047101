/** What was asked of the API since the start. */
export class ApiCounts {
  readonly #calls = { GET: 0, POST: 0, DELETE: 0 };
  readonly #statuses = new Map<number, number>();

  /** By a caller who may, whatever came of it. */
  called(method: string | undefined): void {
    if (method === 'GET' || method === 'POST' || method === 'DELETE') this.#calls[method] += 1;
  }

  answered(status: number): void {
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  get calls(): Readonly<Record<'GET' | 'POST' | 'DELETE', number>> {
    return this.#calls;
  }

  get statuses(): ReadonlyMap<number, number> {
    return this.#statuses;
  }
}
