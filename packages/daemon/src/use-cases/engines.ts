import type { Engine as EngineResource } from '@berth/spec/engine';
import { renderInstant } from '@berth/spec/instant';
import { Problem } from '@berth/spec/problem';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** Every engine of the settings, as it was last seen. Who is no administrator has only own instances counted. */
export function listEngines(context: Context, actor: Actor): EngineResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const counts = countInstances(context, visibleOwner(actor));
  return [...context.engines.keys()].toSorted().map((name) => viewEngine(context, name, counts.get(name) ?? 0));
}

/** One engine. */
export function showEngine(context: Context, actor: Actor, name: string): EngineResource {
  const engine = listEngines(context, actor).find((one) => one.name === name);
  if (engine === undefined)
    throw new Problem('engine-not-found', `There is no engine "${name}"; GET /v1/engines lists those of the settings.`);
  return engine;
}

function viewEngine(context: Context, name: string, instances: number): EngineResource {
  const { connected, reason, description, observedAt } = context.fleet.engine(name);
  return {
    name,
    state: connected ? 'connected' : 'unreachable',
    reason,
    ...(description ?? unknownEngine),
    instances,
    observedAt: observedAt === null ? null : renderInstant(observedAt),
    isDefault: name === context.policy.defaultEngine,
  };
}

/** What is shown of an engine that has never answered. */
const unknownEngine = {
  mode: 'solo',
  version: null,
  apiVersion: null,
  operatingSystem: null,
  architecture: null,
  cpus: null,
  memoryBytes: null,
} as const;

function countInstances({ fleet, ledger }: Context, owner: string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const appId of fleet.appIds()) {
    const app = ledger.books.apps.get(appId);
    if (app === undefined || (owner !== null && app.owner !== owner)) continue;
    counts.set(app.engine, (counts.get(app.engine) ?? 0) + fleet.instancesOf(appId).length);
  }
  return counts;
}
