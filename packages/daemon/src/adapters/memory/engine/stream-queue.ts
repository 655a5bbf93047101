/** What a stream still has to say: written from one side, read from the other until it ends, fails or is aborted. */
export class StreamQueue<Item> {
  #items: Item[] = [];
  #end: { readonly error?: Error } | undefined;
  #wake = Promise.withResolvers<void>();

  push(item: Item): void {
    if (this.#end === undefined) this.#items.push(item);
    this.#wake.resolve();
  }

  end(error?: Error): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake.resolve();
  }

  /** Ends without an error when the signal aborts, whatever is left. */
  async *read(signal?: AbortSignal): AsyncGenerator<Item, void> {
    const wake = () => this.#wake.resolve();
    signal?.addEventListener('abort', wake);
    try {
      for (;;) {
        if (signal?.aborted) return;
        if (this.#items.length > 0) yield* this.#take(signal);
        else if (this.#end?.error !== undefined) throw this.#end.error;
        else if (this.#end !== undefined) return;
        else await this.#sleep();
      }
    } finally {
      signal?.removeEventListener('abort', wake);
    }
  }

  *#take(signal: AbortSignal | undefined): Generator<Item, void> {
    const items = this.#items;
    this.#items = [];
    for (const item of items) {
      if (signal?.aborted) return;
      yield item;
    }
  }

  async #sleep(): Promise<void> {
    await this.#wake.promise;
    this.#wake = Promise.withResolvers();
  }
}
