import type { AppState } from '@berth/spec/app';
import { type App, sameRevision, wantedRevision } from './app.ts';
import { crashLoopFailures } from './back-off.ts';
import { type Instance, isAlive, isReady } from './instance.ts';

export interface AppCondition {
  readonly state: AppState;
  /** Why the state is not the desired one; null when there is nothing to explain. */
  readonly reason: string | null;
  /** Instances that take traffic. */
  readonly ready: number;
}

/** The one word for how an app is, from what is wished and what is observed. */
export function appCondition(app: App, instances: readonly Instance[], engineConnected: boolean): AppCondition {
  const ready = instances.filter(isReady).length;
  if (!engineConnected)
    return { state: 'unknown', reason: 'The engine does not answer; this is its last known picture.', ready };
  if (app.removing !== null) return { state: 'removing', reason: null, ready };
  if (app.desired === 'stopped') return { ...stoppedCondition(instances), ready };
  if (app.desired === 'paused') return { ...pausedCondition(instances), ready };
  return { ...runningCondition(app, instances), ready };
}

type Word = Omit<AppCondition, 'ready'>;

function stoppedCondition(instances: readonly Instance[]): Word {
  return instances.some(isAlive) ? { state: 'stopping', reason: null } : { state: 'stopped', reason: null };
}

function pausedCondition(instances: readonly Instance[]): Word {
  const running = instances.some((instance) => instance.state === 'running');
  return { state: 'paused', reason: running ? 'Some instances are still being paused.' : null };
}

function runningCondition(app: App, instances: readonly Instance[]): Word {
  if (wantedRevision(app) === null) return { state: 'failed', reason: app.failure };
  const own = instances.filter((instance) => sameRevision(instance, app.serving));
  if (app.target !== null && own.every((instance) => !isReady(instance))) return { state: 'deploying', reason: null };
  const ready = own.filter(isReady).length;
  const ended = own.filter((instance) => hasEndedWell(instance)).length;
  if (ready + ended >= app.replicas) {
    return { state: ended > 0 && ready === 0 ? 'completed' : 'running', reason: app.failure };
  }
  const looping = own.find((instance) => instance.watch.failures >= crashLoopFailures);
  if (looping !== undefined) return { state: 'crash-looping', reason: loopReason(looping) };
  return { state: 'degraded', reason: `${ready} of ${app.replicas} instances take traffic.` };
}

/** Ended with 0, and nothing is about to start it again. */
function hasEndedWell(instance: Instance): boolean {
  return instance.state === 'exited' && instance.exitCode === 0 && instance.watch.failures === 0;
}

function loopReason(instance: Instance): string {
  const memory = instance.outOfMemory ? ', out of memory' : '';
  const start = instance.error === '' ? `exit code ${instance.exitCode ?? 'unknown'}${memory}` : instance.error;
  return `An instance ended ${instance.watch.failures} times in a row: ${start}.`;
}
