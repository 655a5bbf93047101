import { fieldProblem, isProblem, type Problem } from '@berth/spec/problem';
import type { Accepted } from './accept.ts';
import type { Actor } from './actor.ts';
import { type AppTarget, changeApp } from './change-app.ts';
import type { Context } from './context.ts';
import { rollBackApp } from './roll-back-app.ts';
import { type AppVerb, appVerbs, scaleVerb } from './verb.ts';

/** A verb, and what it needs: `replicas` to scale, a `release` to roll back to another than the one before. */
export interface Action {
  readonly verb: AppVerb | 'scale' | 'rollback';
  readonly replicas?: number | undefined;
  readonly release?: number | undefined;
}

/** How one app of several fared: exactly one of the two is null. */
export interface ActionOutcome {
  readonly app: string;
  readonly accepted: Accepted | null;
  readonly problem: Problem | null;
}

/** Applies one verb to one app. */
export async function actOnApp(context: Context, actor: Actor, action: AppTarget & Action): Promise<Accepted> {
  const { verb, replicas } = action;
  if (verb === 'rollback') return rollBackApp(context, actor, action);
  if (verb !== 'scale') return changeApp(context, actor, { ...action, verb: appVerbs(context)[verb] });
  if (replicas === undefined) throw fieldProblem('replicas', 'is needed to scale');
  return changeApp(context, actor, { ...action, verb: scaleVerb(replicas) });
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
