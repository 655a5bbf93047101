import type { PullProgress } from '../ports/engine.ts';

/** How far the pulls of image requests are, by the request's id, with followers. In memory only. */
export class ImagePullBoard {
  readonly #progress = new Map<string, PullProgress>();
  readonly #listeners = new Set<(requestId: string) => void>();

  find(requestId: string): PullProgress | undefined {
    return this.#progress.get(requestId);
  }

  set(requestId: string, progress: PullProgress): void {
    this.#progress.set(requestId, progress);
    for (const listener of this.#listeners) listener(requestId);
  }

  forget(requestId: string): void {
    this.#progress.delete(requestId);
  }

  listen(listener: (requestId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
