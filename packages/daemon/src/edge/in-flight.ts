/** Something under way to an instance: a request or a tunnel. */
export interface Errand {
  /** Where `InFlight` keeps it; nobody else writes it. */
  placeInFlight: number;
  /** Ends it early, as politely as its kind allows. */
  abort(): void;
}

/** What is under way to one instance. */
export class InstanceFlight {
  readonly errands: Errand[] = [];
  readonly #waiting: (() => void)[] = [];

  enter(errand: Errand): void {
    errand.placeInFlight = this.errands.length;
    this.errands.push(errand);
  }

  /** Saying so twice does no harm. */
  leave(errand: Errand): void {
    const { errands } = this;
    const place = errand.placeInFlight;
    if (errands[place] !== errand) return;
    const last = errands.pop();
    if (last !== undefined && last !== errand) {
      errands[place] = last;
      last.placeInFlight = place;
    }
    if (errands.length === 0 && this.#waiting.length > 0) for (const tell of this.#waiting.splice(0)) tell();
  }

  /** Resolves once nothing is under way. */
  async whenIdle(): Promise<void> {
    if (this.errands.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }
}

/** What is under way, per instance. */
export class InFlight {
  readonly #flights = new Map<string, InstanceFlight>();

  /** To be asked for anew with each errand, and entered at once. */
  to(instance: string): InstanceFlight {
    const found = this.#flights.get(instance);
    if (found !== undefined) return found;
    const flight = new InstanceFlight();
    this.#flights.set(instance, flight);
    return flight;
  }

  count(instance: string): number {
    return this.#flights.get(instance)?.errands.length ?? 0;
  }

  list(instance: string): readonly Errand[] {
    return [...(this.#flights.get(instance)?.errands ?? [])];
  }

  listAll(): readonly Errand[] {
    return [...this.#flights.values()].flatMap(({ errands }) => errands);
  }

  /** Resolves once nothing is under way to the instance. */
  async whenIdle(instance: string): Promise<void> {
    await this.#flights.get(instance)?.whenIdle();
  }

  /** Forgets the instances that nothing is under way to. */
  sweep(): void {
    for (const [instance, { errands }] of this.#flights) if (errands.length === 0) this.#flights.delete(instance);
  }
}
