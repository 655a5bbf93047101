/** Time and chance, so that decisions can be tested. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls once, after `delayMs`; the result cancels. Never keeps the process alive by itself. */
  after(delayMs: number, callback: () => void): () => void;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  /** A UUIDv7: unique, and sorts by time. */
  newId(): string;
}
