import { isProblem, Problem } from '@berth/spec/problem';
import type { OperationKind } from '@berth/spec/operation';
import type { App } from '../core/app.ts';
import { type Books, findApp } from '../core/books.ts';
import type { Operation } from '../core/operation.ts';
import type { Accepted } from './accept.ts';
import type { Actor } from './actor.ts';
import { changeApp, type Verb } from './change-app.ts';
import type { Context } from './context.ts';
import { failureOf } from './operation-end.ts';
import { awaitOperation } from './operations.ts';
import { scaleVerb } from './verb.ts';
import { conditionOf } from './view.ts';

/** How many instances of an app there are to be, and how long its asker waits for them. */
export interface Holding {
  readonly name: string;
  readonly replicas: number;
  readonly timeoutMs: number;
}

/**
 * Has an app run with so many instances, whatever it did before, and resolves when there are so many. A newer number takes the
 * place of this one: then it resolves when there are that many. Throws `scale-failed` when they do not come up, or not in time;
 * the wish stays.
 */
export async function holdReplicas(context: Context, actor: Actor, holding: Holding): Promise<void> {
  const asked: Asked = { context, actor, name: holding.name, until: context.clock.now() + holding.timeoutMs };
  let { operation } = await accept(asked, holding.replicas);
  for (;;) {
    const ended = await awaitOperation(context, actor, { id: operation.id, timeoutMs: leftMs(asked) });
    if (ended.state === 'running') throw late(asked);
    if (ended.state === 'failed') throw failed(ended);
    if (ended.state === 'succeeded' && ended.kind === 'scale') return;
    operation = await next(asked, ended);
  }
}

interface Asked {
  readonly context: Context;
  readonly actor: Actor;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** A roll-out under way is waited for; then it is asked again. */
async function accept(asked: Asked, replicas: number): Promise<Accepted> {
  const { context, actor, name } = asked;
  for (;;) {
    try {
      return await changeApp(context, actor, { name, verb: holdVerb(context, replicas) });
    } catch (error) {
      const obstacle = isProblem(error, 'operation-in-progress') ? error.facts['operation'] : undefined;
      if (typeof obstacle !== 'string') throw error;
      await awaitOperation(context, actor, { id: obstacle, timeoutMs: leftMs(asked) });
      if (leftMs(asked) === 0) throw late(asked, error as Problem);
    }
  }
}

/** As a scale, but what was stopped or paused runs again. */
function holdVerb({ clock }: Context, replicas: number): Verb {
  const scale = scaleVerb(replicas);
  const wish = (app: App, books: Readonly<Books>): Partial<App> => ({
    ...scale.wish(app, books),
    ...(app.desired === 'running' ? {} : { desired: 'running', desiredSince: clock.now(), urgent: false }),
  });
  return { ...scale, wish };
}

const endings: ReadonlySet<OperationKind> = new Set(['stop', 'kill', 'pause', 'remove']);

/** What took the operation's place; after a change that is no scale it is asked again for the number that is wished for now. */
async function next(asked: Asked, ended: Operation): Promise<Operation> {
  const { context } = asked;
  if (ended.state === 'superseded') {
    const running = context.ledger.books.operations.get(ended.appId);
    const newest = running ?? (await context.store.listOperations({ appId: ended.appId, limit: 1 }))[0];
    if (newest === undefined || endings.has(newest.kind)) throw failureOf(ended);
    if (newest.id !== ended.id) return newest;
  }
  const app = findApp(context.ledger.books, asked.name);
  if (app === undefined) throw failureOf(ended);
  return (await accept(asked, app.replicas)).operation;
}

function leftMs({ context, until }: Asked): number {
  return Math.max(0, until - context.clock.now());
}

function failed(operation: Operation): Problem {
  const { message, facts } = failureOf(operation);
  return new Problem('scale-failed', message, { facts });
}

/** What is known of why it takes so long. */
function late({ context, name }: Asked, cause?: Problem): Problem {
  const app = findApp(context.ledger.books, name);
  const operation = app && context.ledger.books.operations.get(app.id);
  const progress = operation && context.progress.find(operation.id);
  const reason =
    cause?.message ?? (app && conditionOf(context, app).reason) ?? progress?.detail ?? 'No reason is known yet.';
  const facts = { app: name, ...(operation === undefined ? {} : { operation: operation.id }) };
  return new Problem('scale-failed', `It takes too long; it is tried further. ${reason}`, { facts });
}
