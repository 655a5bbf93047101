import { type EdgeRoute, type EdgeTarget, diffRoutes, routeKey } from '../../core/route-table.ts';
import type { DialectAddress } from '../../dialect-kit/dialect.ts';
import { findPublished, type PublishedPlace } from '../../use-cases/find-published.ts';
import type { Actor } from '../../use-cases/actor.ts';
import type { Hand } from './hand.ts';
import { ownApps } from './own-apps.ts';

/** Under these words traffic is counted that goes to no app. */
const siteName = '(portal)';
const adoptedPort = 80;
const recheckMs = 5_000;
const mostLooks = 8;
const containerName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** What lies at the edge for a portal beside its apps: the site, the logs, what is not there, and what was adopted. */
export class PortalRoutes {
  readonly #hand: Hand;
  readonly #adopted = new Map<string, PublishedPlace>();
  readonly #endings: (() => void)[] = [];
  #site: EdgeTarget | undefined;
  #known: ReadonlyMap<string, EdgeRoute> = new Map();
  #work: Promise<void> = Promise.resolve();
  #looking = 0;
  #cancelCheck: (() => void) | undefined;

  constructor(hand: Hand) {
    this.#hand = hand;
  }

  /** `place` is where the dialect listens. */
  async start({ host, port, prefix }: DialectAddress): Promise<void> {
    const { context } = this.#hand;
    this.#site = { instance: siteName, host, port, ...(prefix === '' ? {} : { pathBase: prefix }) };
    this.#endings.push(context.ledger.listen({ onApps: () => void this.#bring() }));
    context.edge.onConnected(() => {
      this.#known = new Map();
      void this.#bring();
    });
    await this.#bring();
  }

  stop(): void {
    for (const end of this.#endings) end();
    this.#cancelCheck?.();
  }

  /** Whether a container that was started by hand is reached by this name from now on. Few are looked for at a time: strangers ask. */
  async adopt(name: string): Promise<boolean> {
    if (!this.#hand.settings.adopt || !containerName.test(name) || this.#looking >= mostLooks) return false;
    this.#looking += 1;
    const place = await this.#find(name).finally(() => (this.#looking -= 1));
    if (place === undefined) return false;
    this.#adopted.set(name, place);
    this.#cancelCheck ??= this.#hand.context.clock.after(recheckMs, () => void this.#recheck());
    await this.#bring();
    return true;
  }

  #find(name: string): Promise<PublishedPlace | undefined> {
    const { context, settings } = this.#hand;
    const operator: Actor = { user: settings.owner, role: 'admin', scopes: ['read', 'admin'] };
    return findPublished(context, operator, { name, containerPort: adoptedPort });
  }

  /** Those that are gone are forgotten, and those that moved are found again. */
  async #recheck(): Promise<void> {
    for (const name of this.#adopted.keys()) {
      const place = await this.#find(name).catch(() => this.#adopted.get(name));
      if (place === undefined) this.#adopted.delete(name);
      else this.#adopted.set(name, place);
    }
    const { clock } = this.#hand.context;
    this.#cancelCheck = this.#adopted.size === 0 ? undefined : clock.after(recheckMs, () => void this.#recheck());
    await this.#bring();
  }

  /** One after the other: what comes later knows what the edge has. */
  #bring(): Promise<void> {
    this.#work = this.#bringAfter(this.#work);
    return this.#work;
  }

  async #bringAfter(before: Promise<void>): Promise<void> {
    await before;
    const { context, log } = this.#hand;
    const routes = this.#list();
    const wanted = new Map(routes.map((route) => [routeKey(route), route]));
    const change = diffRoutes(this.#known, wanted);
    context.otherRoutes.put('portal', routes);
    if (change.put.length + change.remove.length === 0) return;
    try {
      await context.edge.apply(change);
      this.#known = wanted;
    } catch (error) {
      log('warn', `the edge did not take the routes: ${String(error)}`);
    }
  }

  #list(): EdgeRoute[] {
    const { settings } = this.#hand;
    const { path, host, logs } = settings;
    const apps = ownApps(this.#hand).filter(({ removing }) => removing === null);
    const logPaths = logs ? apps.map(({ name }) => name) : [];
    return [
      ...(host === undefined ? [] : [this.#toSite('/')]),
      this.#toSite(path),
      ...logPaths.map((name) => this.#toSite(`${path}/${name}/docker-logs`)),
      ...[...this.#adopted].map(([name, place]) => this.#toAdopted(name, place)),
    ];
  }

  #toSite(pathPrefix: string): EdgeRoute {
    const targets = this.#site === undefined ? [] : [this.#site];
    const host = this.#hand.settings.host ?? '*';
    return { host, pathPrefix, stripPrefix: false, app: siteName, targets, unavailable: null };
  }

  #toAdopted(name: string, place: PublishedPlace): EdgeRoute {
    const { path, host = '*', waiting, dropCookies } = this.#hand.settings;
    const { title, text, giveUpSeconds } = waiting;
    const shown = { title, giveUpSeconds, always: true, ...(text === undefined ? {} : { text }) };
    return {
      host,
      pathPrefix: `${path}/${name}`,
      stripPrefix: true,
      app: siteName,
      targets: [{ instance: `adopted ${name}`, ...place }],
      unavailable: null,
      options: { slash: true, waiting: shown, dropCookies },
    };
  }
}
