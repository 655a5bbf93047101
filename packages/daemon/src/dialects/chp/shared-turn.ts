/** Does one thing at a time; all who ask for it meanwhile share the next turn. */
export class SharedTurn {
  readonly #act: () => Promise<void>;
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(act: () => Promise<void>) {
    this.#act = act;
  }

  /** Resolves or rejects with a turn that begins after this call. */
  ask(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const turn = this.#last
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#act();
      });
    this.#next = turn;
    this.#last = turn;
    return turn;
  }
}
