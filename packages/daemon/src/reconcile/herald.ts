import { isReady } from '../core/instance.ts';
import type { News } from '../use-cases/ledger.ts';
import { conditionOf } from '../use-cases/view.ts';
import type { World } from './world.ts';

/** Writes into the events what nobody asked for: that an app's state, an instance's health or an engine has changed. */
export class Herald {
  readonly #world: World;
  readonly #states = new Map<string, string>();
  readonly #unwell = new Set<string>();
  readonly #marked = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks at the app soon; what comes and goes in between is not told. */
  mark(appId: string): void {
    if (this.#marked.has(appId)) return;
    this.#marked.add(appId);
    setImmediate(() => {
      this.#marked.delete(appId);
      this.#tell([...this.#stateNews(appId), ...this.#healthNews(appId)]);
    });
  }

  engine(kind: 'engine.connected' | 'engine.lost', detail: string): void {
    this.#tell([{ kind, app: null, owner: null, operation: null, detail }]);
  }

  #stateNews(appId: string): News[] {
    const app = this.#world.ledger.books.apps.get(appId);
    const before = this.#states.get(appId);
    if (app === undefined) {
      this.#states.delete(appId);
      return [];
    }
    const { state, reason } = conditionOf(this.#world, app);
    this.#states.set(appId, state);
    if (before === undefined || before === state) return [];
    return [
      {
        kind: 'app.state',
        app: app.name,
        owner: app.owner,
        operation: null,
        detail: `${before} → ${state}${reason === null ? '' : `: ${reason}`}`,
      },
    ];
  }

  #healthNews(appId: string): News[] {
    const app = this.#world.ledger.books.apps.get(appId);
    if (app === undefined) return [];
    return this.#world.fleet.instancesOf(appId).flatMap((instance): News[] => {
      const news = { app: app.name, owner: app.owner, operation: null, detail: `Instance ${instance.id.slice(0, 12)}` };
      if (instance.watch.health === 'unhealthy' && !this.#unwell.has(instance.id)) {
        this.#unwell.add(instance.id);
        return [{ ...news, kind: 'instance.unhealthy', detail: `${news.detail} does not answer its probe.` }];
      }
      if (!isReady(instance) || !this.#unwell.delete(instance.id)) return [];
      return [{ ...news, kind: 'instance.healthy', detail: `${news.detail} answers again.` }];
    });
  }

  #tell(news: readonly News[]): void {
    if (news.length === 0) return;
    this.#world.ledger
      .write(() => ({ changes: [], news, result: null }))
      .catch((error: unknown) => this.#world.log.error({ error }, 'an event was not written'));
  }
}
