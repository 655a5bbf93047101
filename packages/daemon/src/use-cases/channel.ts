/** Carries items from several writers to one reader, who holds them up: a full channel lets nobody write. */
export class Channel<Item> {
  readonly #capacity: number;
  readonly #items: Item[] = [];
  #waitingWriters: (() => void)[] = [];
  #wakeReader: () => void = () => {};
  #closed = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolves when there is room for more. False once nobody will read it. */
  async push(item: Item): Promise<boolean> {
    if (this.#closed) return false;
    this.#items.push(item);
    this.#wakeReader();
    while (this.#items.length >= this.#capacity && !this.#closed)
      await new Promise<void>((resolve) => this.#waitingWriters.push(resolve));
    return !this.#closed;
  }

  /** Lets the reader read what is in it, and no more. */
  close(): void {
    this.#closed = true;
    this.#wakeReader();
    this.#wakeWriters();
  }

  /** The reader gets what is in it, then the error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.close();
  }

  async *read(): AsyncGenerator<Item, void> {
    try {
      while (true) {
        const items = this.#items.splice(0);
        this.#wakeWriters();
        yield* items;
        if (this.#items.length > 0) continue;
        if (this.#closed) break;
        await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      }
      if (this.#failure !== null) throw this.#failure.error;
    } finally {
      this.close();
    }
  }

  #wakeWriters(): void {
    const waiting = this.#waitingWriters;
    this.#waitingWriters = [];
    for (const wake of waiting) wake();
  }
}
