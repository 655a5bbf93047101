import { type App, sameRevision, wantedRevision } from '../../core/app.ts';
import { type Instance, isAlive } from '../../core/instance.ts';
import type { Context } from '../../use-cases/context.ts';

/**
 * How an app is, as far as verbs go: `starting` is wished to run and does not yet, `stopping` is wished to stop and has not yet
 * ended. Wish and picture together, so that of calls at once each sees what the one before it asked for.
 */
export type Condition = 'created' | 'starting' | 'running' | 'paused' | 'stopping' | 'exited';

export function conditionOf(context: Context, app: App): Condition {
  const instance = mainInstance(context, app);
  if (app.desired === 'paused') return 'paused';
  if (app.desired === 'stopped') return stoppedCondition(app, instance);
  if (instance === undefined) return app.target === null ? 'exited' : 'starting';
  if (instance.state === 'running') return 'running';
  return hasEnded(app, instance) ? 'exited' : 'starting';
}

/** The one that stands for the app: of the revision that is wanted, the first. */
export function mainInstance(context: Context, app: App): Instance | undefined {
  const wanted = wantedRevision(app);
  const instances = context.fleet.instancesOf(app.id).toSorted((one, other) => one.slot - other.slot);
  return instances.find((instance) => sameRevision(instance, wanted)) ?? instances[0];
}

/** Whether anything of the app has yet to end. */
export function isAnyAlive(context: Context, app: App): boolean {
  return context.fleet.instancesOf(app.id).some(isAlive);
}

function stoppedCondition(app: App, instance: Instance | undefined): Condition {
  if (instance === undefined || instance.state === 'created') return 'created';
  return isAlive(instance) && !app.urgent ? 'stopping' : 'exited';
}

/** Since it was last wished to run. */
function hasEnded({ desiredSince }: App, { state, finishedAt }: Instance): boolean {
  return state === 'dead' || (state === 'exited' && finishedAt !== null && finishedAt >= desiredSince);
}
