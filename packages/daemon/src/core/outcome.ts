import { type App, sameRevision, wantedRevision } from './app.ts';
import { crashLoopFailures } from './back-off.ts';
import { type Instance, isAlive, isReady } from './instance.ts';
import type { Operation } from './operation.ts';

/** How an operation stands: done, not to be reached (with the reason and the instance that shows it), or under way. */
export type Outcome =
  | { readonly state: 'running' }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly reason: string; readonly instance: string | null };

const running: Outcome = { state: 'running' };
const succeeded: Outcome = { state: 'succeeded' };

/** Judges by what is observed, never by what was called. Operations about a revision end with `promote` or `abandon`. */
export function outcomeOf(operation: Operation, app: App, instances: readonly Instance[]): Outcome {
  switch (operation.kind) {
    case 'stop':
    case 'kill':
      return instances.some(isAlive) ? running : succeeded;
    case 'pause':
      return instances.some((instance) => instance.state === 'running' && sameRevision(instance, wantedRevision(app))) ? running : succeeded;
    case 'start':
    case 'unpause':
    case 'scale':
      return app.desired === 'running' ? strengthOutcome(app, instances) : succeeded;
    case 'domains':
      return succeeded;
    case 'remove':
      return running;
    default:
      return sameRevision(app.serving, operation.revision) ? succeeded : running;
  }
}

/** Full strength: as many as wished take traffic or have done their work, and none too many. */
function strengthOutcome(app: App, instances: readonly Instance[]): Outcome {
  const own = instances.filter((instance) => sameRevision(instance, app.serving));
  const done = own.filter((one) => isReady(one) || (one.state === 'exited' && one.exitCode === 0 && one.watch.failures === 0 && endedSince(app, one)));
  if (done.length === app.replicas && own.length === app.replicas) return succeeded;
  const looping = own.find((instance) => instance.watch.failures >= crashLoopFailures);
  if (looping === undefined) return running;
  const reason = looping.error === '' ? `ended ${looping.watch.failures} times in a row, exit code ${looping.exitCode ?? 'unknown'}` : looping.error;
  return { state: 'failed', reason: `An instance ${reason}.`, instance: looping.id };
}

function endedSince(app: App, instance: Instance): boolean {
  return instance.finishedAt !== null && instance.finishedAt >= app.desiredSince;
}
