import type { AppSpec } from '@berth/spec/app-spec';
import type { App } from '../core/app.ts';
import { appCondition } from '../core/app-state.ts';
import { appRoutes, type Serving } from '../core/app-route.ts';
import { releasesOf } from '../core/books.ts';
import type { Instance } from '../core/instance.ts';
import { diffRoutes, type EdgeRoute, type RouteChange, type RouteKey, routeKey } from '../core/route-table.ts';
import type { World } from './world.ts';

type Table = ReadonlyMap<string, EdgeRoute>;
const noRoutes: Table = new Map();

/** Keeps the edge's table in step with what should serve. Remembers per app what the edge has acknowledged. */
export class Router {
  readonly #world: World;
  readonly #acknowledged = new Map<string, Table>();
  /** What was last sent or is on its way: a replay must not fall behind it. */
  readonly #intended = new Map<string, Table>();
  #whole = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** The routes that an app should have now. */
  wanted(app: App, serve: ReadonlySet<string>): Table {
    const { fleet, policy } = this.#world;
    const instances = fleet.instancesOf(app.id);
    const condition = appCondition(app, instances, fleet.engine(app.engine).connected);
    const serving = { ...this.#chosen(app, instances, serve), condition };
    if (app.removing !== null && instances.length === 0) return noRoutes;
    const port = serving.instances.some((instance) => instance.address !== null) || this.#servesPort(app);
    const routes = port ? appRoutes(app, policy, serving) : [];
    return new Map(routes.map((route) => [routeKey(route), route]));
  }

  isCurrent(appId: string, wanted: Table): boolean {
    const { put, remove } = this.#difference(appId, wanted);
    return put.length === 0 && remove.length === 0;
  }

  /** Resolves once the edge routes by `wanted`; then the instances know under which address they are reached. */
  async apply(appId: string, wanted: Table): Promise<void> {
    const change = this.#difference(appId, wanted);
    this.#intended.set(appId, wanted);
    await this.#world.edge.apply(change);
    this.#acknowledge(appId, wanted);
  }

  /** The app is gone: so are its routes. */
  async forget(appId: string): Promise<void> {
    await this.apply(appId, noRoutes);
    this.#intended.delete(appId);
    this.#acknowledged.delete(appId);
  }

  /**
   * The edge has restarted: it serves what it last had on disk. All that is known is said again; once every engine has
   * been seen, what is not known is taken out.
   */
  async replay(): Promise<void> {
    const routes = [...this.#intended.values()].flatMap((table) => [...table.values()]);
    if (this.#whole) await this.#world.edge.replace(this.#withOthers(routes));
    else await this.#world.edge.apply({ put: routes, remove: [] });
  }

  /** What leads to no app stays where it is; at one place the app's route counts. */
  #withOthers(routes: readonly EdgeRoute[]): readonly EdgeRoute[] {
    const { listOtherRoutes, otherRoutes } = this.#world;
    const others = [...(listOtherRoutes?.() ?? []), ...otherRoutes.list()];
    if (others.length === 0) return routes;
    return [...new Map([...others, ...routes].map((route) => [routeKey(route), route])).values()];
  }

  /**
   * Every engine has been seen: from now on the table is this process's alone, and what it does not know is taken out.
   * False while an app has not been planned yet; then nothing is done.
   */
  async complete(): Promise<boolean> {
    if (this.#whole) return true;
    if ([...this.#world.ledger.books.apps.keys()].some((appId) => !this.#intended.has(appId))) return false;
    this.#whole = true;
    await this.replay();
    return true;
  }

  /** One route speaks one protocol: instances of releases that speak another wait until nothing speaks the first. */
  #chosen(app: App, instances: readonly Instance[], serve: ReadonlySet<string>): Omit<Serving, 'condition'> {
    const releases = releasesOf(this.#world.ledger.books, app.id);
    const protocolOf = ({ release }: Instance): AppSpec['protocol'] => releases.get(release)?.spec.protocol ?? 'http';
    const served = instances.filter((instance) => serve.has(instance.id));
    const protocol = served[0] === undefined ? 'http' : protocolOf(served[0]);
    return { protocol, instances: served.filter((instance) => protocolOf(instance) === protocol) };
  }

  /** Nothing has to be sent, and it is known that nothing has. */
  settle(appId: string, wanted: Table): void {
    this.#intended.set(appId, wanted);
  }

  /** A place that has moved to another app is that app's to change: taking it out here could undo what is there. */
  #difference(appId: string, wanted: Table): RouteChange {
    const { put, remove } = diffRoutes(this.#acknowledged.get(appId) ?? noRoutes, wanted);
    return { put, remove: remove.filter((key) => !this.#isElsewhere(appId, key)) };
  }

  #isElsewhere(appId: string, key: RouteKey): boolean {
    const { books } = this.#world.ledger;
    const suffix = `.${this.#world.policy.baseDomain}`;
    const ownHost = key.host.endsWith(suffix) ? books.appIds.get(key.host.slice(0, -suffix.length)) : undefined;
    const holder = books.domains.get(routeKey(key)) ?? ownHost;
    return holder !== undefined && holder !== appId;
  }

  #acknowledge(appId: string, table: Table): void {
    this.#acknowledged.set(appId, table);
    const addresses = new Map(
      [...table.values()].flatMap((route) =>
        route.targets.map((target) => [target.instance, `${target.host}:${target.port}`]),
      ),
    );
    for (const instance of this.#world.fleet.instancesOf(appId))
      this.#markRouted(instance, addresses.get(instance.id) ?? null);
  }

  #markRouted(instance: Instance, routedAs: string | null): void {
    if (instance.watch.routedAs !== routedAs)
      this.#world.fleet.watch(instance.id, { routedAs, ...(routedAs === null ? {} : { drained: false }) });
  }

  #servesPort(app: App): boolean {
    const releases = this.#world.ledger.books.releases.get(app.id);
    const release = releases?.get(app.serving?.release ?? app.target?.release ?? app.lastRelease);
    return release !== undefined && (release.servedPort !== null || release.imageId === null);
  }
}
