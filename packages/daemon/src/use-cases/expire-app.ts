import type { App } from '../core/app.ts';
import { type LifeEnd, lifeEnd, type LifeSituation } from '../core/app-life.ts';
import { type Books, releasesOf } from '../core/books.ts';
import { accept, changed } from './accept.ts';
import { requireEngine } from './app-access.ts';
import { berth } from './berth-actor.ts';
import type { Verb } from './change-app.ts';
import type { Context } from './context.ts';
import type { Entry } from './ledger.ts';
import { appVerbs, removeVerb } from './verb.ts';

/** When the app ends by itself, by what is known now; null for never. */
export function endOfLife(context: Context, app: App): LifeEnd | null {
  return lifeEnd(lifeSituation(context, app));
}

/** All that its life depends on. */
export function lifeSituation(context: Context, app: App): LifeSituation {
  const { ledger, fleet, use } = context;
  return {
    app,
    release: releasesOf(ledger.books, app.id).get(app.serving?.release ?? -1),
    instances: fleet.instancesOf(app.id),
    hasOperation: ledger.books.operations.has(app.id),
    lastUse: use.lastUseOf(app),
    emptySince: use.emptySinceOf(app),
  };
}

/**
 * Stops or removes an app whose life is over; does nothing where it is not, or no longer. Rejects with `engine-unreachable`
 * while that cannot be done.
 */
export function expireApp(context: Context, appId: string): Promise<void> {
  return context.ledger.write((books) => {
    const app = books.apps.get(appId);
    const end = app === undefined ? null : endOfLife(context, app);
    if (app === undefined || end === null || end.at > context.clock.now()) return { changes: [], result: undefined };
    requireEngine(context, app.engine);
    return expire({ context, books }, app, end);
  });
}

interface Place {
  readonly context: Context;
  readonly books: Readonly<Books>;
}

function expire(place: Place, app: App, { reason }: LifeEnd): Entry<undefined> {
  const { context, books } = place;
  const verb: Verb =
    app.life.atEnd === 'remove' ? removeVerb(context.clock, lostVolumes(books, app)) : appVerbs(context).stop;
  const asleep = verb.kind === 'stop' && app.life.wake === true ? ({ asleep: 'expired' } as const) : {};
  const next = changed(context, app, { ...verb.wish(app, books), ...asleep });
  const accepted = accept(context, berth, { app: next, kind: verb.kind });
  const news = { kind: 'app.expired', app: app.name, owner: app.owner, operation: null, detail: reason } as const;
  return { changes: accepted.changes, news: [news, ...accepted.news], result: undefined };
}

function lostVolumes(books: Readonly<Books>, app: App): readonly string[] {
  if (app.life.volumes !== 'remove') return [];
  const specs = [...releasesOf(books, app.id).values()].map(({ spec }) => spec);
  return [...new Set(specs.flatMap(({ volumes }) => volumes.map(({ name }) => name)))];
}
