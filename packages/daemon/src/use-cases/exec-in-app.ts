import { Problem } from '@berth/spec/problem';
import type { ExecRequest, ExecSession } from '../ports/engine.ts';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import { findInstance, getEngine } from './app-instance.ts';
import type { Context } from './context.ts';

/** A command, and where to run it: in the instance of that id, else in one that takes traffic. */
export interface AppCommand extends ExecRequest {
  readonly name: string;
  readonly instance?: string | undefined;
}

/** Runs a command inside a running instance. */
export async function execInApp(
  context: Context,
  actor: Actor,
  { name, instance: id, ...request }: AppCommand,
): Promise<ExecSession> {
  const app = getApp(context.ledger.books, actor, { name, scope: 'exec' });
  const engine = getEngine(context, app);
  const instance = findInstance(context, app, id);
  if (instance?.state === 'running') return engine.containers.exec(instance.id, request);
  const what = id === undefined ? `No instance of "${name}" is running` : `That instance of "${name}" is not running`;
  throw new Problem('wrong-state', `${what}; start the app first.`, { facts: { app: name } });
}
