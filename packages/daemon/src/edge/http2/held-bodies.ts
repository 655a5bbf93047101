/** Each holds some 200 kB at most: its window, and what had been read before it was known that the app takes no more. */
const MOST = 1_024;

/** Counts the bodies by HTTP/2 that wait for an app, in all connections: HTTP/2 has no limit for all that waits in one. */
export class HeldBodies {
  #count = 0;

  get isFull(): boolean {
    return this.#count >= MOST;
  }

  enter(): void {
    this.#count += 1;
  }

  leave(): void {
    this.#count -= 1;
  }
}
