import type { OperationKind } from '@berth/spec/operation';
import { Problem } from '@berth/spec/problem';
import type { App, Release, Revision } from '../core/app.ts';
import { type Books, releasesOf } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import type { Operation } from '../core/operation.ts';
import { problemDocument } from '../core/problem-document.ts';
import type { Actor } from './actor.ts';
import { berth } from './berth-actor.ts';
import type { Context } from './context.ts';
import { admitRelease } from './image-rule.ts';
import type { News } from './ledger.ts';
import { evictFor } from './make-room.ts';
import { requireQuota, withinQuota } from './quota-rule.ts';

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
  const awake = wish.desired === undefined ? {} : { asleep: null };
  return { ...app, ...awake, ...wish, version: app.version + 1, updatedAt: context.clock.now() };
}

export interface Acceptance {
  readonly app: App;
  readonly kind: OperationKind;
  readonly revision?: Revision | undefined;
  /** The new release that comes with it. */
  readonly release?: Release | undefined;
}

/** What puts the app into the books, and stops others of its budget that it needs the room of. */
export function accept(
  context: Context,
  actor: Actor,
  acceptance: Acceptance,
): { changes: Change[]; news: News[]; result: Accepted } {
  const own = acceptOne(context, actor, acceptance);
  const evicted = evictFor(context, context.ledger.books, acceptance).map((victim) =>
    evict(context, victim, acceptance.app),
  );
  return {
    changes: [...evicted.flatMap((one) => one.changes), ...own.changes],
    news: [...evicted.flatMap((one) => one.news), ...own.news],
    result: own.result,
  };
}

function evict(context: Context, victim: App, inFavourOf: App): { changes: Change[]; news: News[] } {
  const { clock } = context;
  const rollout = victim.serving === null ? {} : { target: null };
  const app = changed(context, victim, {
    ...rollout,
    desired: 'stopped',
    desiredSince: clock.now(),
    urgent: false,
    asleep: 'evicted',
  });
  const { changes, news } = acceptOne(context, berth, { app, kind: 'stop' });
  const detail = `Stopped to make room for "${inFavourOf.name}" in the budget "${victim.life.budget}".`;
  const said: News = { kind: 'app.evicted', app: app.name, owner: app.owner, operation: null, detail };
  return { changes, news: [said, ...news] };
}

/**
 * The changes that put the app, its new release and its new operation into the books, and end what they take the place of:
 * the operation under way, and a release that never took traffic. No release comes into being elsewhere: what its image must
 * be, and what the owner's quota allows, is asked here.
 */
function acceptOne(
  context: Context,
  actor: Actor,
  acceptance: Acceptance,
): { changes: Change[]; news: News[]; result: Accepted } {
  const { kind } = acceptance;
  const release = acceptance.release && admit(context, acceptance.app, acceptance.release);
  requireQuota(context, { app: acceptance.app, release });
  const givenUp = giveUpRelease(context.ledger.books, acceptance);
  const app =
    givenUp === undefined || acceptance.app.target !== null
      ? acceptance.app
      : { ...acceptance.app, failure: givenUp.reason };
  const operation = newOperation(context, actor, acceptance);
  const current = context.ledger.books.operations.get(app.id);
  const superseded = current === undefined ? [] : [supersede(context, current, operation)];
  const changes: Change[] = [
    ...(givenUp === undefined ? [] : [{ kind: 'release.put', release: givenUp } as const]),
    { kind: 'app.put', app },
    ...(release === undefined ? [] : [{ kind: 'release.put', release } as const]),
    ...superseded.map((one): Change => ({ kind: 'operation.put', operation: one })),
    { kind: 'operation.put', operation },
  ];
  const about = { app: app.name, owner: app.owner };
  const news: News[] = [
    ...(givenUp === undefined
      ? []
      : [
          {
            ...about,
            kind: 'release.failed',
            operation: current?.id ?? null,
            detail: `Release ${givenUp.number}: ${givenUp.reason}`,
          } as const,
        ]),
    ...superseded.map(
      (one): News => ({ ...about, kind: 'operation.superseded', operation: one.id, detail: one.detail }),
    ),
    { ...about, kind: 'operation.accepted', operation: operation.id, detail: `${kind}, asked for by ${actor.user}` },
  ];
  return { changes, news, result: { app, operation } };
}

function admit(context: Context, app: App, release: Release): Release {
  return withinQuota(context, admitRelease(context, app, release), app.owner);
}

/** What was being rolled out and is no longer wished for has failed, unless it took traffic once. */
function giveUpRelease(books: Readonly<Books>, { app, kind }: Acceptance): Release | undefined {
  const target = books.apps.get(app.id)?.target ?? null;
  if (target === null || target.release === app.target?.release) return undefined;
  const release = releasesOf(books, app.id).get(target.release);
  return release?.state === 'pending'
    ? { ...release, state: 'failed', reason: `Given up: a ${kind} took its place.` }
    : undefined;
}

/** An operation that has just begun. */
export function newOperation(context: Context, actor: Actor, { app, kind, revision }: Acceptance): Operation {
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
  const problem = problemDocument(
    new Problem('operation-superseded', detail, { facts: { app: current.appName, operation: current.id } }),
  );
  return { ...current, state: 'superseded', phase: 'done', detail, problem, endedAt: context.clock.now() };
}
