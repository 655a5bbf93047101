import { isProblem, Problem } from '@berth/spec/problem';
import { type App, sameRevision, wantedRevision } from '../../core/app.ts';
import { releasesOf } from '../../core/books.ts';
import { type Action, actOnApp } from '../../use-cases/act-on-app.ts';
import type { Instance } from '../../core/instance.ts';
import { finish, finishOrYield, whenFree } from '../../use-cases/operation-end.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { type Condition, conditionOf, isAnyAlive, mainInstance } from './condition.ts';
import type { Hand } from './hand.ts';
import { getSrcApp } from './src-app.ts';
import { waitUntil } from './wait-until.ts';
import { words } from './words.ts';

/** A change of the app of that name; resolves when it is so. */
export type Change = (hand: Hand, name: string) => Promise<void>;

/** Starts what does not run, in the container that it has. */
export const startApp: Change = async (hand, name) => {
  let before: Instance | undefined;
  const app = await decide(hand, name, async (current, condition) => {
    if (condition === 'paused') throw words.paused();
    before = mainInstance(hand.context, current);
    if (condition !== 'running' && condition !== 'starting') await act(hand, current, { verb: 'start' });
  });
  await awaitStart(hand, { name, app, before });
};

/** Stopping what does not run is no error. */
export const stopApp: Change = async (hand, name) => {
  const app = await decide(hand, name, async (current) => {
    if (current.desired !== 'stopped') await act(hand, current, { verb: 'stop' });
  });
  await awaitStop(hand, app);
};

export const pauseApp: Change = async (hand, name) => {
  const { context, actor } = hand;
  const accepted = await whenUnchanged(hand, name, async (app, condition) => {
    if (condition !== 'running') throw words.notRunningToPause();
    return actOnApp(context, actor, { ...target(app), verb: 'pause' });
  });
  await finish(context, accepted);
};

export const unpauseApp: Change = async (hand, name) => {
  const app = await decide(hand, name, async (current, condition) => {
    if (condition !== 'paused') throw words.notPaused();
    await act(hand, current, { verb: 'unpause' });
  });
  const isTrue = (): boolean => mainInstance(hand.context, app)?.state !== 'paused' || hasChanged(hand, app, 'running');
  if (!(await waitUntil(hand.context, app.id, { isTrue, timeoutMs: usualMs }))) throw late(name, 'go on');
};

/** What the container holds stays: it is the same one that is started again. */
export const restartApp: Change = async (hand, name) => {
  await stopApp(hand, name);
  await startApp(hand, name);
};

/** In a swarm an app does not outlive its end. */
export const killApp: Change = async (hand, name) => {
  if (hand.mode === 'swarm') return deleteApp(hand, name);
  const app = await decide(hand, name, async (current, condition) => {
    if (condition === 'created' || condition === 'exited') throw words.notRunningToKill();
    await act(hand, current, { verb: 'kill' });
  });
  await awaitStop(hand, app);
};

/** With all that it has, also volumes. */
export const deleteApp: Change = async (hand, name) => {
  const { context, actor } = hand;
  const accepted = await whenUnchanged(hand, name, async (app) => {
    const isDying = app.desired === 'stopped' && app.urgent;
    if (!isDying && isAnyAlive(context, app)) await actOnApp(context, actor, { ...target(app), verb: 'kill' });
    const { version } = getSrcApp(hand, name).app;
    return removeApp(context, actor, { name: app.name, volumes: 'all', ifMatch: [version] });
  });
  await finishOrYield(context, accepted);
};

/** A container of the same spec takes the place of the one that is, and is not started. */
export const hardResetApp: Change = async (hand, name) => {
  const { context, actor } = hand;
  const { app } = getSrcApp(hand, name);
  await finish(context, await actOnApp(context, actor, { name: app.name, verb: 'reset', started: false }));
  const isTrue = (): boolean => {
    const wanted = wantedRevision(context.ledger.books.apps.get(app.id) ?? app);
    return context.fleet.instancesOf(app.id).every((instance) => sameRevision(instance, wanted));
  };
  if (!(await waitUntil(context, app.id, { isTrue, timeoutMs: stopMs(hand, app) }))) throw late(name, 'be reset');
};

type Decision<Result> = (app: App, condition: Condition) => Promise<Result>;

/** How often a decision is made anew because somebody was faster. */
const mostTries = 100;

/** Decides by how the app is; again when it changed before that was written. Resolves to the app as it was before. */
function decide(hand: Hand, name: string, decision: Decision<void>): Promise<App> {
  return whenFree(hand.context, () =>
    whenUnchanged(hand, name, async (app, condition) => {
      await decision(app, condition);
      return app;
    }),
  );
}

async function whenUnchanged<Result>(hand: Hand, name: string, decision: Decision<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const { app } = getSrcApp(hand, name);
    try {
      return await decision(app, conditionOf(hand.context, app));
    } catch (error) {
      if (!isProblem(error, 'precondition-failed') || tries === mostTries) throw error;
    }
  }
}

async function act(hand: Hand, app: App, action: Action): Promise<void> {
  await actOnApp(hand.context, hand.actor, { ...target(app), ...action });
}

/** Only as it is now: of calls at once, one is first. */
function target({ name, version }: App): { name: string; ifMatch: readonly number[] } {
  return { name, ifMatch: [version] };
}

/** What an engine takes for something quick when much is asked of it. */
const usualMs = 60_000;

interface Start {
  readonly name: string;
  readonly app: App;
  /** What there was of it before it was asked to start. */
  readonly before: Instance | undefined;
}

/** Started is what began to run, even if it has ended since. What the engine refuses to start is wished for no longer. */
async function awaitStart(hand: Hand, { name, app, before }: Start): Promise<void> {
  const { context } = hand;
  const now = () => mainInstance(context, context.ledger.books.apps.get(app.id) ?? app);
  const hasStarted = (): boolean => {
    const instance = now();
    return instance?.state === 'running' || (instance?.startedAt ?? null) !== (before?.startedAt ?? null);
  };
  const isRefused = (): boolean => (now()?.watch.failures ?? 0) > (before?.watch.failures ?? 0);
  const isTrue = (): boolean => hasStarted() || isRefused() || hasChanged(hand, app, 'running');
  const isInTime = await waitUntil(context, app.id, { isTrue, timeoutMs: usualMs });
  if (hasStarted()) return;
  if (hasChanged(hand, app, 'running')) throw overtaken(name);
  const reason = now()?.error ?? '';
  await actOnApp(context, hand.actor, { name: app.name, verb: 'stop' });
  throw isInTime ? new Problem('instance-failed', `"${name}" could not be started: ${reason}`) : late(name, 'start');
}

async function awaitStop(hand: Hand, app: App): Promise<void> {
  const isTrue = (): boolean => !isAnyAlive(hand.context, app) || hasChanged(hand, app, 'stopped');
  if (!(await waitUntil(hand.context, app.id, { isTrue, timeoutMs: stopMs(hand, app) }))) throw late(app.name, 'stop');
  if (isAnyAlive(hand.context, app)) throw overtaken(app.name);
}

/** Somebody wishes for something else by now. */
function hasChanged({ context }: Hand, { id }: App, desired: App['desired']): boolean {
  const app = context.ledger.books.apps.get(id);
  return app === undefined || app.removing !== null || app.desired !== desired;
}

function stopMs({ context }: Hand, app: App): number {
  const spec = releasesOf(context.ledger.books, app.id).get(wantedRevision(app)?.release ?? app.lastRelease)?.spec;
  return usualMs + 1000 * ((spec?.stopGraceSeconds ?? 0) + (spec?.drainSeconds ?? 0));
}

function overtaken(name: string): Problem {
  return new Problem('operation-superseded', `Something else was asked of "${name}" before it was done.`);
}

function late(name: string, what: string): Problem {
  return new Problem('engine-timeout', `"${name}" did not ${what} in time; look at its state.`);
}
