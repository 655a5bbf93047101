import { Problem } from '@berth/spec/problem';
import type { EdgeRoute } from '../../core/route-table.ts';
import type { Edge } from '../../ports/edge.ts';
import type { Surroundings } from './edge-routes.ts';
import { type ChpRoute, RouteBook } from './route-book.ts';
import { hostOf, parseHostPath } from './route-path.ts';
import { RoutePublisher } from './route-publisher.ts';
import { parseTarget } from './target-address.ts';

/** What was posted: `target`, and whatever the caller wants to remember with it. */
export interface PostedRoute extends Readonly<Record<string, unknown>> {
  readonly target: string;
}

/** Where routes outlive the process. */
export interface RouteKeeper {
  load(): readonly KeptRoute[];
  /** Resolves once they are on the disk. */
  save(routes: readonly KeptRoute[]): Promise<void>;
}

export interface KeptRoute {
  readonly path: string;
  readonly data: PostedRoute;
  readonly sinceMs: number;
}

export interface BoardParts extends Surroundings {
  readonly edge: Pick<Edge, 'apply' | 'facts'>;
  readonly nowMs: () => number;
  /** Absent: routes end with the process, as the program's do. */
  readonly keeper?: RouteKeeper;
}

/** A route as the API shows it. */
export type RouteView = Readonly<Record<string, unknown>>;

/** A route that cannot be; its message is for the caller. */
export class RouteRefusal extends Error {
  override readonly name = 'RouteRefusal';
  readonly status: 400 | 409;

  constructor(status: 400 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

/** The table behind the API: what it says, the edge does. */
export class RouteBoard {
  readonly #parts: BoardParts;
  readonly #book: RouteBook;
  readonly #publisher: RoutePublisher;
  /** The last activity that was heard of: an edge that had to be started again knows less. */
  readonly #activeMs = new Map<string, number>();
  /** Hosts that were somebody else's when last looked at. */
  readonly #taken = new Set<string>();

  constructor(parts: BoardParts) {
    this.#parts = parts;
    this.#book = new RouteBook(parts.options.hostRouting);
    this.#publisher = new RoutePublisher(parts.edge, this.#book, parts);
    for (const kept of parts.keeper?.load() ?? []) this.#book.put(this.#understand(kept));
  }

  /** By path; only those without activity since, when a moment is given (epoch milliseconds). */
  async list(inactiveSinceMs?: number): Promise<Readonly<Record<string, RouteView>>> {
    await this.#hearActivity();
    const chosen = this.#book
      .list()
      .filter((route) => inactiveSinceMs === undefined || this.#lastActivityMs(route) < inactiveSinceMs);
    return Object.fromEntries(chosen.map((route) => [route.path, this.#view(route)]));
  }

  async find(path: string): Promise<RouteView | undefined> {
    const route = this.#book.find(this.#place(path) ?? path);
    if (route === undefined) return undefined;
    await this.#hearActivity();
    return this.#view(route);
  }

  /** Resolves once visitors are sent there. Throws a `RouteRefusal`; rejects with `edge-unreachable`. */
  async put(path: string, data: PostedRoute): Promise<void> {
    const place = this.#place(path);
    if (place === undefined) throw new RouteRefusal(400, 'The first part of the path must be a host');
    if (this.#parts.owners.has(this.#hostOf(place)))
      throw new RouteRefusal(409, 'This host belongs to an app of Berth');
    this.#book.put(this.#understand({ path: place, data, sinceMs: this.#parts.nowMs() }));
    this.#activeMs.delete(place);
    await this.#settle(place);
  }

  /** False when there was none. Resolves once no visitor is sent there any more. */
  async remove(path: string): Promise<boolean> {
    const place = this.#place(path) ?? path;
    if (!this.#book.remove(place)) return false;
    this.#activeMs.delete(place);
    await this.#settle(place);
    return true;
  }

  /** All that the edge should have. */
  listEdgeRoutes(): readonly EdgeRoute[] {
    return this.#publisher.list();
  }

  /** Tells the edge everything once more. */
  async replay(): Promise<void> {
    await this.#publisher.republish();
  }

  /** Hosts may have other owners: gives up those that somebody has taken, and takes up those that are free again. */
  async reconsider(): Promise<void> {
    const changed = [...this.#book.listHosts(), this.#parts.options.host].filter((host) => this.#hasChangedHands(host));
    if (changed.length === 0) return;
    const paths = this.#book.list().map(({ path }) => path);
    await this.#publisher.publish(paths.filter((path) => changed.includes(this.#hostOf(path))));
  }

  #hasChangedHands(host: string): boolean {
    const isTaken = this.#parts.owners.has(host);
    const wasTaken = this.#taken.has(host);
    if (isTaken) this.#taken.add(host);
    else this.#taken.delete(host);
    return isTaken !== wasTaken;
  }

  #hostOf(path: string): string {
    return (this.#book.isByHost ? hostOf(path) : undefined) ?? this.#parts.options.host;
  }

  async #settle(path: string): Promise<void> {
    const { keeper } = this.#parts;
    await keeper?.save(this.#book.list().map(keep));
    await this.#publisher.publish([path]);
  }

  #place(path: string): string | undefined {
    return this.#book.isByHost ? parseHostPath(path) : path;
  }

  #understand({ path, data, sinceMs }: KeptRoute): ChpRoute {
    const address = parseTarget(data.target, this.#parts.options.targetTls);
    if (address !== undefined) return { path, target: data.target, address, data, sinceMs };
    throw new RouteRefusal(400, "'target' must be a URL: http://, https:// or unix+http://");
  }

  /** An edge that is being started again has nothing newer to tell. */
  async #hearActivity(): Promise<void> {
    const facts = await this.#parts.edge.facts().catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'edge-unreachable') return undefined;
      throw error;
    });
    for (const { path } of this.#book.list()) {
      const lastMs = facts?.apps[path]?.lastServedMs ?? 0;
      if (lastMs > (this.#activeMs.get(path) ?? 0)) this.#activeMs.set(path, lastMs);
    }
  }

  #lastActivityMs({ path, sinceMs }: ChpRoute): number {
    return Math.max(sinceMs, this.#activeMs.get(path) ?? 0);
  }

  #view(route: ChpRoute): RouteView {
    const host = this.#book.isByHost ? hostOf(route.path) : undefined;
    return {
      target: route.target,
      ...route.data,
      ...(host === undefined ? {} : { host }),
      last_activity: new Date(this.#lastActivityMs(route)).toISOString(),
    };
  }
}

function keep({ path, target, data, sinceMs }: ChpRoute): KeptRoute {
  return { path, data: { ...data, target }, sinceMs };
}
