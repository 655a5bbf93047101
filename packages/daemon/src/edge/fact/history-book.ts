/** One request, as it is told over the control socket. */
interface PastRequest {
  readonly at: number;
  readonly path: string;
}

/** Longer ones are cut: a stranger decides how long they are. */
const LONGEST_PATH = 512;

/** The last requests of each app whose route asks for that. */
export class HistoryBook {
  readonly #apps = new Map<string, PastRequest[]>();

  /** `most` is how many the route has remembered. */
  note(app: string, path: string, most: number): void {
    const known = this.#apps.get(app) ?? [];
    this.#apps.set(app, known);
    known.push({ at: Date.now(), path: path.slice(0, LONGEST_PATH) });
    // Cut now and then, and not each time: that would move them all.
    if (known.length >= most * 2) known.splice(0, known.length - most);
  }

  /** Oldest first. */
  read(app: string, most: number): readonly PastRequest[] {
    return (this.#apps.get(app) ?? []).slice(-most);
  }

  /** What another edge is to know. */
  list(): readonly (readonly [app: string, past: readonly PastRequest[]])[] {
    return [...this.#apps];
  }

  inherit(past: ReturnType<HistoryBook['list']>): void {
    for (const [app, requests] of past) this.#apps.set(app, [...requests]);
  }

  /** Forgets apps that no route with a history leads to. */
  prune(remembered: ReadonlySet<string>): void {
    for (const app of this.#apps.keys()) if (!remembered.has(app)) this.#apps.delete(app);
  }
}
