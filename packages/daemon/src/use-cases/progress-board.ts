import type { OperationPhase } from '@berth/spec/operation';

/** How far an operation under way is. Kept in memory only: after a restart it is learnt again. */
export interface Progress {
  readonly phase: OperationPhase;
  /** 0 … 1 where it is known. */
  readonly part: number | null;
  readonly detail: string;
}

/** Progress of operations under way, with followers. */
export class ProgressBoard {
  readonly #progress = new Map<string, Progress>();
  readonly #listeners = new Set<(operationId: string) => void>();

  find(operationId: string): Progress | undefined {
    return this.#progress.get(operationId);
  }

  set(operationId: string, progress: Progress): void {
    this.#progress.set(operationId, progress);
    for (const listener of this.#listeners) listener(operationId);
  }

  forget(operationId: string): void {
    this.#progress.delete(operationId);
  }

  listen(listener: (operationId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
