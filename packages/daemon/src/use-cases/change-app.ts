import type { OperationKind } from '@berth/spec/operation';
import type { Scope } from '@berth/spec/access';
import type { App, Revision } from '../core/app.ts';
import type { Books } from '../core/books.ts';
import { type Accepted, accept, changed, requireFree } from './accept.ts';
import type { Actor } from './actor.ts';
import { getApp, requireEngine, requireVersion } from './app-access.ts';
import type { Context } from './context.ts';
import { refreshUse } from './make-room.ts';

/** Which app to act on, and in which versions. */
export interface AppTarget {
  readonly name: string;
  readonly ifMatch?: readonly number[] | undefined;
  readonly dryRun?: boolean | undefined;
}

/** What a verb makes of an app: the changed part of the wish. Throws a problem where the verb does not apply. */
export interface Verb {
  readonly kind: OperationKind;
  readonly scope: Scope;
  wish(app: App, books: Readonly<Books>): Partial<App> & { readonly revision?: Revision };
}

/** Applies one verb to one app, durably; the reconciler makes it true. */
export async function changeApp(
  context: Context,
  actor: Actor,
  change: AppTarget & { readonly verb: Verb },
): Promise<Accepted> {
  const { verb } = change;
  await refreshUse(context);
  return context.ledger.write((books) => {
    const app = getApp(books, actor, { name: change.name, scope: verb.scope });
    requireVersion(app, change.ifMatch);
    requireFree(books, app, verb.kind);
    const { revision, ...wish } = verb.wish(app, books);
    requireEngine(context, app.engine);
    const next = changed(context, app, wish);
    const entry = accept(context, actor, {
      app: next,
      kind: verb.kind,
      ...(revision === undefined ? {} : { revision }),
    });
    return change.dryRun === true ? { changes: [], result: entry.result } : entry;
  });
}
