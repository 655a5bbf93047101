import { findApp } from '../core/books.ts';
import { accept, changed } from './accept.ts';
import { requireEngine } from './app-access.ts';
import { berth } from './berth-actor.ts';
import type { Context } from './context.ts';
import { refreshUse } from './make-room.ts';
import { appVerbs } from './verb.ts';

/**
 * Starts an app again that was stopped by itself, because a visitor wants it; does nothing where a person stopped it, or where
 * its life says nothing of waking. Others of its budget may have to go. Resolves to whether it is started.
 */
export async function wakeApp(context: Context, name: string): Promise<boolean> {
  const { ledger } = context;
  const isAsleep = (): boolean => (findApp(ledger.books, name)?.asleep ?? null) !== null;
  if (!isAsleep()) return false;
  await refreshUse(context);
  return ledger.write((books) => {
    const app = findApp(books, name);
    if (app === undefined || (app.asleep ?? null) === null || app.removing !== null || app.life.wake !== true)
      return { changes: [], result: false };
    requireEngine(context, app.engine);
    const next = changed(context, app, appVerbs(context).start.wish(app));
    const { changes, news } = accept(context, berth, { app: next, kind: 'start' });
    return { changes, news, result: true };
  });
}
