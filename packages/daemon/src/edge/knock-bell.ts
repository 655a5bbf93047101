/** An app that nobody is in is knocked at by many visitors, again and again; control hears of it once in this time. */
const QUIET_MS = 1_000;
/** Beyond, the oldest are forgotten: one too many is harmless. */
const MOST_APPS = 10_000;

/** Tells control at once that a visitor wants an app that is asleep. */
export class KnockBell {
  readonly #lastMs = new Map<string, number>();
  readonly #listeners = new Set<(app: string) => void>();

  /** `nowMs` is of a clock that never goes back. */
  ring(app: string, nowMs: number): void {
    const last = this.#lastMs.get(app);
    if (this.#listeners.size === 0 || (last !== undefined && nowMs - last < QUIET_MS)) return;
    this.#lastMs.delete(app);
    this.#lastMs.set(app, nowMs);
    if (this.#lastMs.size > MOST_APPS) this.#lastMs.delete(this.#lastMs.keys().next().value ?? '');
    for (const listener of this.#listeners) listener(app);
  }

  /** The result ends it. */
  listen(listener: (app: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
