import { isDeepStrictEqual } from 'node:util';
import type { App } from '@berth/spec/app';
import { AppRequest, type AppSpec } from '@berth/spec/app-spec';
import { isProblem, Problem } from '@berth/spec/problem';
import { parsePart } from '../../core/parse-part.ts';
import type { Actor } from '../../use-cases/actor.ts';
import type { Context } from '../../use-cases/context.ts';
import { type Deployed, deployApp } from '../../use-cases/deploy-app.ts';
import { showApp, showInstances } from '../../use-cases/get-app-view.ts';
import { holdReplicas } from '../../use-cases/hold-replicas.ts';
import { listApps } from '../../use-cases/list-apps.ts';
import { finish, whenFree } from '../../use-cases/operation-end.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { ensureUser } from '../../use-cases/users.ts';
import { type Definition, definitionOf, fileMarkOf, specOf } from './definition.ts';
import { appNameOf, serviceNameOf } from './service-name.ts';

const pageSize = 500;

/** What the dialect is told. */
export interface ServicesSettings {
  readonly owner: string;
  readonly apps: 'all' | 'own';
  readonly scaleSeconds: number;
}

/** Apps, seen as services. Undefined stands for a service that there is not. */
export class Services {
  readonly #context: Context;
  readonly #settings: ServicesSettings;
  /** For looking and scaling. */
  readonly #actor: Actor;
  /** For definitions: whoever could put another image into an app could read all that its owner keeps there. */
  readonly #owner: Actor;

  constructor(context: Context, settings: ServicesSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#owner = { user: settings.owner, role: 'user', scopes: ['read', 'deploy', 'operate'] };
    this.#actor =
      settings.apps === 'own' ? this.#owner : { ...this.#owner, role: 'admin', scopes: ['read', 'operate', 'admin'] };
  }

  list(): Definition[] {
    const definitions: Definition[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = listApps(this.#context, this.#actor, { limit: pageSize, cursor });
      definitions.push(...page.items.filter(isThere).map((app) => this.#definitionOf(app)));
      cursor = page.next ?? undefined;
    }
    return definitions;
  }

  find(name: string): Definition | undefined {
    const app = this.#findApp(name);
    return app === undefined ? undefined : this.#definitionOf(app);
  }

  /** How many of its containers run; from memory. */
  countRunning(name: string): number | undefined {
    const app = this.#findApp(name);
    if (app === undefined) return undefined;
    const instances = showInstances(this.#context, this.#actor, app.name);
    const current = instances.filter(({ release }) => app.release === null || release === app.release);
    return current.filter(({ state }) => state === 'running').length;
  }

  /** Resolves when as many run; false for a service that there is not. */
  async scale(name: string, replicas: number): Promise<boolean> {
    const app = this.#findApp(name);
    if (app === undefined) return false;
    const timeoutMs = this.#settings.scaleSeconds * 1000;
    await holdReplicas(this.#context, this.#actor, { name: app.name, replicas, timeoutMs });
    return true;
  }

  /** What the file said of it when it was last applied. */
  fileMark(name: string): string | undefined {
    const app = this.#findApp(name);
    return app === undefined ? undefined : fileMarkOf(app.spec);
  }

  /**
   * Defines a service, or changes what there is of one, and resolves when its image is there and its instances are of it. One that does
   * not come up leaves all as it was. `file` marks it as the file's.
   */
  async define(definition: Definition, file?: string): Promise<void> {
    await ensureUser(this.#context, this.#settings.owner);
    const deployed = await whenFree(this.#context, () => this.#deploy(definition, file));
    if (deployed === null) return;
    try {
      await finish(this.#context, deployed);
    } catch (error) {
      if (deployed.created) await this.#takeBack(deployed);
      throw error;
    }
  }

  /** Null where it is all as it is to be. */
  async #deploy(definition: Definition, file: string | undefined): Promise<Deployed | null> {
    const known = this.#findApp(definition.name);
    const spec = this.#specOf(definition, known, file);
    if (known !== undefined && isSettled(known) && isDeepStrictEqual(spec, known.spec)) return null;
    const place = known === undefined ? { replicas: 0 } : { started: known.desired !== 'stopped' };
    const request = parsePart(AppRequest, { ...spec, ...place }, 'definition');
    return deployApp(this.#context, this.#owner, { name: known?.name ?? newName(definition), request });
  }

  /** As the original did, what images expose is published; but where the policy publishes nothing, only ports by name are refused. */
  #specOf(definition: Definition, known: App | undefined, file: string | undefined): AppSpec {
    const more = this.#context.policy.publishing === undefined ? {} : ({ publishExposed: true } as const);
    return specOf(definition, { base: known?.release === null ? undefined : known?.spec, file, ...more });
  }

  /** What was never there is not left half there. */
  async #takeBack({ app }: Deployed): Promise<void> {
    try {
      await finish(this.#context, await removeApp(this.#context, this.#owner, { name: app.name, volumes: [] }));
    } catch (error) {
      if (!isProblem(error)) throw error;
    }
  }

  /** By the name that its own leads to, else by the app's. */
  #findApp(name: string): App | undefined {
    const app = this.#show(appNameOf(name)) ?? this.#show(name);
    return app === undefined || serviceNameOf(app.name) !== name ? undefined : app;
  }

  #show(name: string | undefined): App | undefined {
    if (name === undefined) return undefined;
    try {
      const app = showApp(this.#context, this.#actor, name);
      return isThere(app) ? app : undefined;
    } catch (error) {
      if (isProblem(error, 'app-not-found')) return undefined;
      throw error;
    }
  }

  /** The environment of other owners' apps is not told: nobody here says who asks. */
  #definitionOf(app: App): Definition {
    const definition = definitionOf(app);
    return app.owner === this.#settings.owner ? definition : { ...definition, environment: null };
  }
}

function newName({ name }: Definition): string {
  const app = appNameOf(name);
  if (app !== undefined) return app;
  throw new Problem('malformed-request', 'name: is empty, or too long for the name of an app.');
}

function isSettled({ release, operation }: App): boolean {
  return release !== null && operation === null;
}

function isThere({ state }: App): boolean {
  return state !== 'removing';
}
