import { Problem } from '@berth/spec/problem';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import { findInstance, getEngine } from './app-instance.ts';
import type { Context } from './context.ts';

/** The container of an app's readiest instance, or of the one that is named, as its engine tells it (`docker inspect`). */
export async function inspectApp(
  context: Context,
  actor: Actor,
  { name, instance: wish }: { readonly name: string; readonly instance?: string | undefined },
): Promise<Readonly<Record<string, unknown>>> {
  const app = getApp(context.ledger.books, actor, { name, scope: 'read' });
  const engine = getEngine(context, app);
  const instance = findInstance(context, app, wish);
  if (instance !== undefined) return engine.containers.inspectRaw(instance.id);
  const detail = `The app "${name}" has no container at this moment; look at its status.`;
  throw new Problem('instance-not-found', detail, { facts: { app: name } });
}
