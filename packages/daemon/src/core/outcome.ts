import type { OperationKind } from '@berth/spec/operation';
import { type App, sameRevision, wantedRevision } from './app.ts';
import { crashLoopFailures } from './back-off.ts';
import { type Instance, isAlive, isReady } from './instance.ts';
import type { Operation } from './operation.ts';

/** How an operation stands: done, not to be reached (with the reason and the instance that shows it), or under way. */
type Outcome =
  | { readonly state: 'running' }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly reason: string; readonly instance: string | null };

const running: Outcome = { state: 'running' };
const succeeded: Outcome = { state: 'succeeded' };

type Judge = (operation: Operation, app: App, instances: readonly Instance[]) => Outcome;

const stopped: Judge = (_operation, _app, instances) => (instances.some(isAlive) ? running : succeeded);
const strong: Judge = (_operation, app, instances) =>
  app.desired === 'running' ? strengthOutcome(app, instances) : succeeded;
const serving: Judge = (operation, app) => (sameRevision(app.serving, operation.revision) ? succeeded : running);
const paused: Judge = (_operation, app, instances) =>
  instances.some((instance) => instance.state === 'running' && sameRevision(instance, wantedRevision(app)))
    ? running
    : succeeded;

const judges: Record<OperationKind, Judge> = {
  deploy: serving,
  rollback: serving,
  restart: serving,
  reset: serving,
  start: strong,
  unpause: strong,
  scale: strong,
  stop: stopped,
  kill: stopped,
  pause: paused,
  domains: () => succeeded,
  route: () => succeeded,
  maintenance: () => succeeded,
  life: () => succeeded,
  remove: () => running,
};

/** Judges by what is observed, never by what was called. */
export const outcomeOf: Judge = (operation, app, instances) => judges[operation.kind](operation, app, instances);

/** Full strength: as many as wished take traffic or have done their work, and none too many. How the latter fare does not matter. */
function strengthOutcome(app: App, instances: readonly Instance[]): Outcome {
  const own = instances.filter((instance) => sameRevision(instance, app.serving));
  const done = own.filter((one) => isReady(one) || hasDoneItsWork(app, one));
  if (done.length === app.replicas && own.length === app.replicas) return succeeded;
  const looping = own.find(({ slot, watch }) => slot < app.replicas && watch.failures >= crashLoopFailures);
  if (looping === undefined) return running;
  const reason =
    looping.error === ''
      ? `ended ${looping.watch.failures} times in a row, exit code ${looping.exitCode ?? 'unknown'}`
      : looping.error;
  return { state: 'failed', reason: `An instance ${reason}.`, instance: looping.id };
}

/** Ended with 0 since it was last wished to run, and is not to be started again. */
function hasDoneItsWork(app: App, instance: Instance): boolean {
  const { state, exitCode, finishedAt, watch } = instance;
  return (
    state === 'exited' &&
    exitCode === 0 &&
    watch.failures === 0 &&
    finishedAt !== null &&
    finishedAt >= app.desiredSince
  );
}
