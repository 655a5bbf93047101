import type { App } from '../core/app.ts';
import type { Clock } from '../ports/clock.ts';
import type { AppTraffic, Edge } from '../ports/edge.ts';
import type { Fleet } from './fleet.ts';
import type { Ledger } from './ledger.ts';

interface World {
  readonly edge: Edge;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
}

/** When visitors used apps last, as far as the edge has told (open connections and WebSockets are use), and which are gone. */
export class UseBoard {
  readonly #world: World;
  /** By app id, epoch milliseconds. */
  readonly #lastUse = new Map<string, number>();
  readonly #emptySince = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    world.fleet.listen((id) => this.#look(id));
    world.ledger.listen({ onApps: (ids) => ids.forEach((id) => this.#forget(id)) });
  }

  /** Null when no use is known of. It is as of the last `refresh`. */
  lastUseOf(app: Pick<App, 'id'>): number | null {
    return this.#lastUse.get(app.id) ?? null;
  }

  /** Since when no instance of it is there; null while one is, and when it is not known. */
  emptySinceOf(app: Pick<App, 'id'>): number | null {
    return this.#emptySince.get(app.id) ?? null;
  }

  /** Asks the edge. What an earlier edge process has told stays known. Rejects with `edge-unreachable`. */
  async refresh(): Promise<void> {
    const { edge, clock, ledger } = this.#world;
    const { apps } = await edge.facts();
    const now = clock.now();
    for (const app of ledger.books.apps.values()) {
      const traffic = apps[app.name];
      if (traffic !== undefined) this.#note(app, lastUse(traffic, now));
    }
  }

  /** An earlier app of that name is not this one. */
  #note({ id, createdAt }: App, at: number): void {
    const known = this.#lastUse.get(id) ?? 0;
    if (at > known && at >= createdAt) this.#lastUse.set(id, at);
  }

  #look(id: string): void {
    if (this.#world.fleet.instancesOf(id).length > 0) this.#emptySince.delete(id);
    else if (this.#world.ledger.books.apps.has(id)) this.#emptySince.set(id, this.#world.clock.now());
  }

  #forget(id: string): void {
    if (this.#world.ledger.books.apps.has(id)) return;
    this.#lastUse.delete(id);
    this.#emptySince.delete(id);
  }
}

function lastUse({ inFlight, lastActivityMs }: AppTraffic, now: number): number {
  return inFlight > 0 ? now : (lastActivityMs ?? 0);
}
