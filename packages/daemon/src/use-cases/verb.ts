import type { AppSpec } from '@berth/spec/app-spec';
import { Problem } from '@berth/spec/problem';
import { type App, type Revision, wantedRevision } from '../core/app.ts';
import { type Books, releasesOf } from '../core/books.ts';
import { isAlive } from '../core/instance.ts';
import { takeoverOf } from '../core/published-port.ts';
import type { Clock } from '../ports/clock.ts';
import type { Verb } from './change-app.ts';
import type { Context } from './context.ts';
import { requireOneHolder } from './publish-rule.ts';

/** The verbs that take nothing but an app. Each says what the wish becomes, or why it cannot. */
export function appVerbs(context: Pick<Context, 'clock' | 'fleet'>) {
  return {
    start: { kind: 'start', scope: 'operate', wish: (app) => start(context, app) },
    stop: { kind: 'stop', scope: 'operate', wish: (app) => stop(context, app) },
    kill: { kind: 'kill', scope: 'operate', wish: (app) => kill(context, app) },
    pause: { kind: 'pause', scope: 'operate', wish: (app) => pause(context, app) },
    unpause: { kind: 'unpause', scope: 'operate', wish: (app) => unpause(context, app) },
    restart: { kind: 'restart', scope: 'operate', wish: (app, books) => restart(context, app, books) },
    reset: resetVerb(context),
  } as const satisfies Record<string, Verb>;
}

export type AppVerb = keyof ReturnType<typeof appVerbs>;

/** Makes new instances; `started` says whether they are started, where it is not to be as before. */
export function resetVerb(context: Pick<Context, 'clock' | 'fleet'>, started?: boolean): Verb {
  return { kind: 'reset', scope: 'operate', wish: (app) => reset(context, app, started ?? app.desired !== 'stopped') };
}

/** Sets how many instances are wished for. */
export function scaleVerb(replicas: number): Verb {
  return { kind: 'scale', scope: 'operate', wish: (app, books) => scale(app, books, replicas) };
}

/** Shows visitors `message` in place of the app; null lets them in again. */
export function maintenanceVerb(message: string | null): Verb {
  return { kind: 'maintenance', scope: 'operate', wish: () => ({ maintenance: message }) };
}

/** Ends the app; `volumes` go with it, all others stay. */
export function removeVerb(clock: Clock, volumes: readonly string[]): Verb {
  return {
    kind: 'remove',
    scope: 'deploy',
    wish: () => ({ removing: { volumes }, desired: 'stopped', desiredSince: clock.now(), target: null }),
  };
}

type World = Pick<Context, 'clock' | 'fleet'>;

function scale(app: App, books: Readonly<Books>, replicas: number): Partial<App> {
  requireRelease(app);
  requireOneHolder(releasesOf(books, app.id).get(wantedRevision(app)?.release ?? 0)?.spec, replicas);
  return { replicas };
}

/** What ended by itself and is not restarted is wished for anew. */
function start({ clock, fleet }: World, app: App): Partial<App> {
  requireRelease(app);
  if (app.desired === 'paused') throw wrongState(app, 'is paused; unpause it');
  const instances = fleet.instancesOf(app.id);
  const hasEnded = instances.length > 0 && instances.every(({ state }) => state === 'exited');
  return app.desired === 'running' && !hasEnded ? {} : { desired: 'running', ...since(clock) };
}

function stop({ clock }: World, app: App): Partial<App> {
  return { desired: 'stopped', ...since(clock), ...withoutRollout(app) };
}

/** Also what is being stopped can be killed, which is how somebody who waits no longer ends the grace. */
function kill({ clock, fleet }: World, app: App): Partial<App> {
  if (app.desired === 'stopped' && !fleet.instancesOf(app.id).some(isAlive)) throw wrongState(app, 'is not running');
  return { desired: 'stopped', desiredSince: clock.now(), urgent: true, ...withoutRollout(app) };
}

function pause({ clock }: World, app: App): Partial<App> {
  requireRelease(app);
  if (app.desired !== 'running' || app.serving === null) throw wrongState(app, 'must be running to be paused');
  return { desired: 'paused', ...since(clock) };
}

function unpause({ clock }: World, app: App): Partial<App> {
  if (app.desired !== 'paused') throw wrongState(app, 'must be paused to be unpaused');
  return { desired: 'running', ...since(clock) };
}

function restart({ clock }: World, app: App, books: Readonly<Books>): Partial<App> & { revision: Revision } {
  return { ...nextGeneration(app), takeover: restartTakeover(app, books), desired: 'running', ...since(clock) };
}

function reset({ clock }: World, app: App, started: boolean): Partial<App> & { revision: Revision } {
  return { ...nextGeneration(app), takeover: 'recreate', desired: started ? 'running' : 'stopped', ...since(clock) };
}

function since(clock: Clock): Pick<App, 'desiredSince' | 'urgent'> {
  return { desiredSince: clock.now(), urgent: false };
}

function wrongState(app: App, what: string): Problem {
  return new Problem('wrong-state', `The app "${app.name}" ${what}.`, { facts: { app: app.name } });
}

/** An app whose only releases failed has nothing to run. */
function requireRelease(app: App): void {
  if (app.serving === null && app.target === null)
    throw wrongState(app, 'has no release that came up; deploy it again');
}

function nextGeneration(app: App): { target: Revision; revision: Revision; lastGeneration: number } {
  if (app.serving === null) throw wrongState(app, 'has no release that came up; deploy it again');
  const revision = { release: app.serving.release, generation: app.lastGeneration + 1 };
  return { target: revision, revision, lastGeneration: revision.generation };
}

function restartTakeover(app: App, books: Readonly<Books>): AppSpec['strategy'] {
  const spec = releasesOf(books, app.id).get(app.serving?.release ?? 0)?.spec;
  return spec === undefined ? 'beside' : takeoverOf(spec, spec);
}

/** A roll-out that never took traffic is given up by stopping; a first one stays, to be made but not started. */
function withoutRollout(app: App): Partial<App> {
  return app.serving === null ? {} : { target: null };
}
