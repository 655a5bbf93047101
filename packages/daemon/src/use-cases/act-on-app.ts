import { fieldProblem, isProblem, type Problem } from '@berth/spec/problem';
import type { Accepted } from './accept.ts';
import type { Actor } from './actor.ts';
import { type AppTarget, changeApp, type Verb } from './change-app.ts';
import type { Context } from './context.ts';
import { rollBackApp } from './roll-back-app.ts';
import { type AppVerb, appVerbs, maintenanceVerb, resetVerb, scaleVerb } from './verb.ts';

/**
 * A verb, and what it needs: `replicas` to scale, a `release` to roll back to another than the one before, a `message` for
 * maintenance (null: it is over).
 */
export interface Action {
  readonly verb: AppVerb | 'scale' | 'rollback' | 'maintenance';
  readonly message?: string | null | undefined;
  readonly replicas?: number | undefined;
  readonly release?: number | undefined;
  /** Of `reset`: whether the new instances are started. Default: as the app was. */
  readonly started?: boolean | undefined;
}

/** How one app of several fared: exactly one of the two is null. */
export interface ActionOutcome {
  readonly app: string;
  readonly accepted: Accepted | null;
  readonly problem: Problem | null;
}

/** Applies one verb to one app. */
export async function actOnApp(context: Context, actor: Actor, action: AppTarget & Action): Promise<Accepted> {
  const { verb } = action;
  if (verb === 'rollback') return rollBackApp(context, actor, action);
  const isPlain = verb !== 'scale' && verb !== 'maintenance' && verb !== 'reset';
  return changeApp(context, actor, { ...action, verb: isPlain ? appVerbs(context)[verb] : verbWith(context, action) });
}

function verbWith(context: Context, { verb, replicas, message, started }: Action): Verb {
  if (verb === 'reset') return resetVerb(context, started);
  if (verb === 'maintenance') {
    if (message === undefined) throw fieldProblem('message', 'is needed for maintenance; null ends it');
    return maintenanceVerb(message);
  }
  if (replicas === undefined) throw fieldProblem('replicas', 'is needed to scale');
  return scaleVerb(replicas);
}

/** Applies one verb to several apps at once. One app's refusal holds up no other. */
export function actOnApps(
  context: Context,
  actor: Actor,
  action: { names: readonly string[]; dryRun?: boolean | undefined } & Action,
): Promise<ActionOutcome[]> {
  const { names, ...rest } = action;
  return Promise.all([...new Set(names)].map((name) => tryOne(context, actor, { ...rest, name })));
}

async function tryOne(context: Context, actor: Actor, action: AppTarget & Action): Promise<ActionOutcome> {
  try {
    return { app: action.name, accepted: await actOnApp(context, actor, action), problem: null };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { app: action.name, accepted: null, problem: error };
  }
}
