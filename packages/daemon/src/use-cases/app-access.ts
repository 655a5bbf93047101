import type { Scope } from '@berth/spec/access';
import { Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import { type Books, findApp } from '../core/books.ts';
import { type Actor, authorize } from './actor.ts';
import type { Context } from './context.ts';

/** The app of that name, for somebody who may do this with it; `app-not-found` for everybody else. */
export function getApp(books: Readonly<Books>, actor: Actor, access: { name: string; scope: Scope }): App {
  const app = findApp(books, access.name);
  const hidden = new Problem('app-not-found', `There is no app "${access.name}"; GET /v1/apps lists yours.`, {
    facts: { app: access.name },
  });
  if (app === undefined) throw hidden;
  authorize(actor, { scope: access.scope, owner: app.owner }, hidden);
  return app;
}

/** Refuses a change to a resource that is not what the caller has read. `ifMatch` lists accepted versions. */
export function requireVersion(app: App, ifMatch: readonly number[] | undefined): void {
  if (ifMatch === undefined || ifMatch.includes(app.version)) return;
  throw new Problem('precondition-failed', `The app is at version ${app.version}; read it again and repeat.`, {
    facts: { app: app.name },
  });
}

/** An accepted change needs an engine to act on; saying so now beats an operation that waits. */
export function requireEngine(context: Context, name: string): void {
  const { connected, reason } = context.fleet.engine(name);
  if (!connected)
    throw new Problem(
      'engine-unreachable',
      `The engine "${name}" does not answer: ${reason ?? 'no reason known'} Try again when it is back.`,
    );
}
