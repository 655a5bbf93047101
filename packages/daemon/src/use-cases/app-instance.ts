import { Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { type Instance, isReady } from '../core/instance.ts';
import type { Engine } from '../ports/engine.ts';
import { requireEngine } from './app-access.ts';
import type { Context } from './context.ts';

const shortestId = 8;

/** The app's engine, while it answers. */
export function getEngine(context: Context, app: App): Engine {
  requireEngine(context, app.engine);
  const engine = context.engines.get(app.engine);
  if (engine === undefined)
    throw new Problem('engine-not-found', `The engine "${app.engine}" is no longer in the settings; put it back.`);
  return engine;
}

/** The app's instance with this id, or the only one whose id begins with it. */
export function getInstance(context: Context, app: App, id: string): Instance {
  const own = context.fleet.instancesOf(app.id);
  const exact = own.find((instance) => instance.id === id);
  const alike = id.length < shortestId ? [] : own.filter((instance) => instance.id.startsWith(id));
  const found = exact ?? (alike.length === 1 ? alike[0] : undefined);
  if (found !== undefined) return found;
  const detail = `The app "${app.name}" has no instance "${id}"; GET /v1/apps/${app.name}/instances lists them.`;
  throw new Problem('instance-not-found', detail, { facts: { app: app.name } });
}

/** The instance that is meant, else the readiest one. Undefined when there is none at all. */
export function findInstance(context: Context, app: App, id: string | undefined): Instance | undefined {
  if (id !== undefined) return getInstance(context, app, id);
  const own = context.fleet.instancesOf(app.id);
  return own.find(isReady) ?? own.find((instance) => instance.state === 'running') ?? own[0];
}
