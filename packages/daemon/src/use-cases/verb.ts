import { Problem } from '@berth/spec/problem';
import type { App, Revision } from '../core/app.ts';
import { type Books, releasesOf } from '../core/books.ts';
import type { Clock } from '../ports/clock.ts';
import type { Verb } from './change-app.ts';

/** The verbs that take nothing but an app. Each says what the wish becomes, or why it cannot. */
export function appVerbs(clock: Clock) {
  const since = () => ({ desiredSince: clock.now(), urgent: false });
  return {
    start: {
      kind: 'start',
      scope: 'operate',
      wish: (app) => {
        requireRelease(app);
        if (app.desired === 'paused') throw wrongState(app, 'is paused; unpause it');
        return app.desired === 'running' ? {} : { desired: 'running', ...since() };
      },
    },
    stop: {
      kind: 'stop',
      scope: 'operate',
      wish: (app) => ({ desired: 'stopped', ...since(), ...withoutRollout(app) }),
    },
    kill: {
      kind: 'kill',
      scope: 'operate',
      wish: (app) => {
        if (app.desired === 'stopped') throw wrongState(app, 'is not running');
        return { desired: 'stopped', desiredSince: clock.now(), urgent: true, ...withoutRollout(app) };
      },
    },
    pause: {
      kind: 'pause',
      scope: 'operate',
      wish: (app) => {
        requireRelease(app);
        if (app.desired !== 'running' || app.serving === null) throw wrongState(app, 'must be running to be paused');
        return { desired: 'paused', ...since() };
      },
    },
    unpause: {
      kind: 'unpause',
      scope: 'operate',
      wish: (app) => {
        if (app.desired !== 'paused') throw wrongState(app, 'must be paused to be unpaused');
        return { desired: 'running', ...since() };
      },
    },
    restart: {
      kind: 'restart',
      scope: 'operate',
      wish: (app, books) => ({ ...nextGeneration(app), takeover: strategyOf(app, books), desired: 'running', ...since() }),
    },
    reset: {
      kind: 'reset',
      scope: 'operate',
      wish: (app) => ({
        ...nextGeneration(app),
        takeover: 'recreate',
        desired: app.desired === 'stopped' ? 'stopped' : 'running',
        ...since(),
      }),
    },
  } as const satisfies Record<string, Verb>;
}

export type AppVerb = keyof ReturnType<typeof appVerbs>;

/** Sets how many instances are wished for. */
export function scaleVerb(replicas: number): Verb {
  return { kind: 'scale', scope: 'operate', wish: (app) => (requireRelease(app), { replicas }) };
}

/** Ends the app; `volumes` go with it, all others stay. */
export function removeVerb(clock: Clock, volumes: readonly string[]): Verb {
  return {
    kind: 'remove',
    scope: 'deploy',
    wish: () => ({ removing: { volumes }, desired: 'stopped', desiredSince: clock.now(), target: null }),
  };
}

function wrongState(app: App, what: string): Problem {
  return new Problem('wrong-state', `The app "${app.name}" ${what}.`, { facts: { app: app.name } });
}

/** An app whose only releases failed has nothing to run. */
function requireRelease(app: App): void {
  if (app.serving === null && app.target === null) throw wrongState(app, 'has no release that came up; deploy it again');
}

function nextGeneration(app: App): { target: Revision; revision: Revision; lastGeneration: number } {
  if (app.serving === null) throw wrongState(app, 'has no release that came up; deploy it again');
  const revision = { release: app.serving.release, generation: app.lastGeneration + 1 };
  return { target: revision, revision, lastGeneration: revision.generation };
}

function strategyOf(app: App, books: Readonly<Books>): 'beside' | 'recreate' {
  return releasesOf(books, app.id).get(app.serving?.release ?? 0)?.spec.strategy ?? 'beside';
}

/** A roll-out that never took traffic is given up by stopping; a first one stays, to be made but not started. */
function withoutRollout(app: App): Partial<App> {
  return app.serving === null ? {} : { target: null };
}
