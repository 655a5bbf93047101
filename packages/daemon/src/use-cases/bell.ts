/** Wakes the one who waits; rings that come while nobody waits count as one. */
export class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    if (this.#wake === null) this.#rung = true;
    else this.#wake();
  }

  /** Resolves at the next ring, at once when it rang since the last wait, and when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      signal.removeEventListener('abort', wake);
      this.#wake = null;
      this.#rung = false;
      resolve();
    };
    signal.addEventListener('abort', wake);
    this.#wake = wake;
    if (this.#rung || signal.aborted) wake();
    return promise;
  }
}
