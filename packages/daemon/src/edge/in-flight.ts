/** Something under way to an instance: a request or a tunnel. */
export interface Errand {
  /** Ends it early, as politely as its kind allows. */
  abort(): void;
}

/** What is under way, per instance. */
export class InFlight {
  readonly #errands = new Map<string, Set<Errand>>();
  readonly #waiting = new Map<string, (() => void)[]>();

  count(instance: string): number {
    return this.#errands.get(instance)?.size ?? 0;
  }

  list(instance: string): readonly Errand[] {
    return [...(this.#errands.get(instance) ?? [])];
  }

  listAll(): readonly Errand[] {
    return [...this.#errands.values()].flatMap((errands) => [...errands]);
  }

  /** The result says that it is over; saying so twice does no harm. */
  enter(instance: string, errand: Errand): () => void {
    const errands = this.#errands.get(instance) ?? new Set();
    this.#errands.set(instance, errands.add(errand));
    return () => this.#leave(instance, errand);
  }

  /** Resolves once nothing is under way to the instance. */
  async whenIdle(instance: string): Promise<void> {
    if (this.count(instance) === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(instance, [...(this.#waiting.get(instance) ?? []), resolve]);
    await promise;
  }

  #leave(instance: string, errand: Errand): void {
    const errands = this.#errands.get(instance);
    errands?.delete(errand);
    if (errands?.size !== 0) return;
    this.#errands.delete(instance);
    const waiting = this.#waiting.get(instance) ?? [];
    this.#waiting.delete(instance);
    for (const resolve of waiting) resolve();
  }
}
