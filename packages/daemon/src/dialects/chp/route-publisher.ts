import { type EdgeRoute, routeKey, type RouteChange } from '../../core/route-table.ts';
import type { Edge } from '../../ports/edge.ts';
import { listAffected, nowhere, type Places, planPlaces, type Surroundings } from './edge-routes.ts';
import type { RouteBook } from './route-book.ts';
import { SharedTurn } from './shared-turn.ts';

/** Keeps the edge in step with the book; changes that come while one is on its way go together in the next. */
export class RoutePublisher {
  readonly #edge: Pick<Edge, 'apply'>;
  readonly #book: RouteBook;
  readonly #surroundings: Surroundings;
  /** By path of the API: what the edge has heard last. */
  readonly #sent = new Map<string, Places>();
  #changed = new Set<string>();
  readonly #turn = new SharedTurn(() => this.#send());
  #isEdgeNew = false;

  constructor(edge: Pick<Edge, 'apply'>, book: RouteBook, surroundings: Surroundings) {
    this.#edge = edge;
    this.#book = book;
    this.#surroundings = surroundings;
  }

  /** Resolves once the edge routes these paths as the book says. Rejects with `edge-unreachable`; it is not forgotten then. */
  publish(paths: Iterable<string>): Promise<void> {
    for (const path of paths) for (const affected of listAffected(this.#book, path)) this.#changed.add(affected);
    return this.#turn.ask();
  }

  /** Says everything once more: the edge may not have what it heard. */
  republish(): Promise<void> {
    this.#isEdgeNew = true;
    return this.publish([...this.#book.list().map(({ path }) => path), ...this.#sent.keys()]);
  }

  /** All that the edge should have. */
  list(): readonly EdgeRoute[] {
    const paths = this.#book.list().flatMap(({ path }) => listAffected(this.#book, path));
    return [...new Set(paths)].flatMap((path) => [...this.#plan(path).values()]);
  }

  async #send(): Promise<void> {
    const paths = this.#changed;
    this.#changed = new Set();
    const isEdgeNew = this.#isEdgeNew;
    this.#isEdgeNew = false;
    const plans = new Map([...paths].map((path) => [path, this.#plan(path)]));
    try {
      const change = this.#difference(plans, isEdgeNew);
      if (change.put.length + change.remove.length > 0) await this.#edge.apply(change);
    } catch (error) {
      this.#isEdgeNew ||= isEdgeNew;
      for (const path of paths) this.#changed.add(path);
      throw error;
    }
    for (const [path, places] of plans) this.#remember(path, places);
  }

  #remember(path: string, places: Places): void {
    if (places.size === 0) this.#sent.delete(path);
    else this.#sent.set(path, places);
  }

  #difference(plans: ReadonlyMap<string, Places>, isEdgeNew: boolean): RouteChange {
    const known = (path: string): Places => (isEdgeNew ? nowhere : (this.#sent.get(path) ?? nowhere));
    const put = [...plans].flatMap(([path, places]) => listNew(known(path), places));
    const wanted = new Set([...plans.values()].flatMap((places) => [...places.keys()]));
    const gone = [...plans.keys()].flatMap((path) => [...(this.#sent.get(path) ?? nowhere).values()]);
    // A place that somebody else has taken meanwhile is theirs: taking it out here would undo what is there.
    const { owners } = this.#surroundings;
    const remove = gone.filter((route) => !wanted.has(routeKey(route)) && !owners.hasPlace(route));
    return { put, remove: remove.map(({ host, pathPrefix }) => ({ host, pathPrefix })) };
  }

  #plan(path: string): Places {
    return planPlaces(this.#book, path, this.#surroundings);
  }
}

function listNew(before: Places, after: Places): readonly EdgeRoute[] {
  return [...after].flatMap(([key, route]) =>
    JSON.stringify(before.get(key)) === JSON.stringify(route) ? [] : [route],
  );
}
