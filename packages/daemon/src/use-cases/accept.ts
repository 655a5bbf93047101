import type { OperationKind } from '@berth/spec/operation';
import { Problem } from '@berth/spec/problem';
import type { App, Revision } from '../core/app.ts';
import type { Books } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import type { Operation } from '../core/operation.ts';
import { problemDocument } from '../core/problem-document.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import type { News } from './ledger.ts';

/** An accepted change: the app as it is wished for now, and the operation that makes it true. */
export interface Accepted {
  readonly app: App;
  readonly operation: Operation;
}

const rollouts: ReadonlySet<OperationKind> = new Set(['deploy', 'rollback', 'restart', 'reset']);
const interrupting: ReadonlySet<OperationKind> = new Set(['stop', 'kill', 'remove']);

/** A roll-out lets nothing but stop, kill and remove in between; a removal lets nothing. */
export function requireFree(books: Readonly<Books>, app: App, kind: OperationKind): void {
  const current = books.operations.get(app.id);
  if (app.removing !== null) {
    const facts = { app: app.name, ...(current === undefined ? {} : { operation: current.id }) };
    throw new Problem('wrong-state', `The app "${app.name}" is being removed.`, { facts });
  }
  if (current === undefined || !rollouts.has(current.kind) || interrupting.has(kind)) return;
  const detail = `A ${current.kind} of "${app.name}" is under way; wait for operation ${current.id}, or stop the app to end it.`;
  throw new Problem('operation-in-progress', detail, { facts: { app: app.name, operation: current.id } });
}

/** The next version of an app, with its wish changed. */
export function changed(context: Context, app: App, wish: Partial<App>): App {
  return { ...app, ...wish, version: app.version + 1, updatedAt: context.clock.now() };
}

export interface Acceptance {
  readonly app: App;
  readonly kind: OperationKind;
  readonly revision?: Revision;
}

/** The changes that put the app and its new operation into the books, and end the operation it takes the place of. */
export function accept(context: Context, actor: Actor, acceptance: Acceptance): { changes: Change[]; news: News[]; result: Accepted } {
  const { app, kind } = acceptance;
  const operation = newOperation(context, actor, acceptance);
  const current = context.ledger.books.operations.get(app.id);
  const superseded = current === undefined ? [] : [supersede(context, current, operation)];
  const changes: Change[] = [
    { kind: 'app.put', app },
    ...superseded.map((one): Change => ({ kind: 'operation.put', operation: one })),
    { kind: 'operation.put', operation },
  ];
  const about = { app: app.name, owner: app.owner };
  const news: News[] = [
    ...superseded.map((one): News => ({ ...about, kind: 'operation.superseded', operation: one.id, detail: one.detail })),
    { ...about, kind: 'operation.accepted', operation: operation.id, detail: `${kind}, asked for by ${actor.user}` },
  ];
  return { changes, news, result: { app, operation } };
}

function newOperation(context: Context, actor: Actor, { app, kind, revision }: Acceptance): Operation {
  return {
    id: context.clock.newId(),
    kind,
    appId: app.id,
    appName: app.name,
    owner: app.owner,
    actor: actor.user,
    revision: revision ?? null,
    state: 'running',
    phase: 'accepted',
    progress: null,
    detail: 'Accepted.',
    problem: null,
    logTail: [],
    createdAt: context.clock.now(),
    endedAt: null,
  };
}

function supersede(context: Context, current: Operation, next: Operation): Operation {
  const detail = `A ${next.kind} took its place.`;
  const problem = problemDocument(new Problem('operation-superseded', detail, { facts: { app: current.appName, operation: current.id } }));
  return { ...current, state: 'superseded', phase: 'done', detail, problem, endedAt: context.clock.now() };
}
