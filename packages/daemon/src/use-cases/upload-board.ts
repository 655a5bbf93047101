/** What is being uploaded just now: it counts as kept, so that several at once do not get around a limit. */
export class UploadBoard {
  readonly #bytes = new Map<string, number>();
  readonly #ids = new Set<string>();

  /** Bytes of the owner's that have come and are not kept yet. */
  bytesOf(owner: string): number {
    return this.#bytes.get(owner) ?? 0;
  }

  isUnderWay(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Until the result is called, what `add` is told counts. */
  begin(id: string, owner: string): { add(bytes: number): void; end(): void } {
    let own = 0;
    this.#ids.add(id);
    const add = (bytes: number): void => {
      own += bytes;
      this.#bytes.set(owner, this.bytesOf(owner) + bytes);
    };
    const end = (): void => {
      const left = this.bytesOf(owner) - own;
      if (left === 0) this.#bytes.delete(owner);
      else this.#bytes.set(owner, left);
      this.#ids.delete(id);
    };
    return { add, end };
  }
}
