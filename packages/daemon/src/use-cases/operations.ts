import type { Operation as OperationResource } from '@berth/spec/operation';
import { Problem } from '@berth/spec/problem';
import type { Operation } from '../core/operation.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import { getApp } from './app-access.ts';
import { Bell } from './bell.ts';
import type { Context } from './context.ts';
import { cutPage, type Page, parseCursor } from './page.ts';
import { viewOperation } from './view.ts';

export interface OperationFilter {
  readonly app?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The operations that the actor may see, newest first; of one app where one is named. */
export async function listOperations(
  context: Context,
  actor: Actor,
  filter: OperationFilter,
): Promise<Page<OperationResource>> {
  authorize(actor, { scope: 'read', owner: actor.user });
  const before = parseCursor(filter.cursor);
  const owner = visibleOwner(actor);
  const app =
    filter.app === undefined ? undefined : getApp(context.ledger.books, actor, { name: filter.app, scope: 'read' });
  const found = await context.store.listOperations({
    limit: filter.limit + 1,
    ...(before === undefined ? {} : { before }),
    ...(owner === null ? {} : { owner }),
    ...(app === undefined ? {} : { appId: app.id }),
  });
  const { items, next } = cutPage(found, filter.limit, (operation) => operation.id);
  return { items: items.map((operation) => viewOperation(context, operation)), next };
}

/** One operation, with its progress while it is under way. */
export async function showOperation(context: Context, actor: Actor, id: string): Promise<OperationResource> {
  return viewOperation(context, await getOperation(context, actor, id));
}

/** Resolves once the operation has ended; at the timeout, and when `signal` aborts, to how it stands by then. */
export async function awaitOperation(
  context: Context,
  actor: Actor,
  wish: { readonly id: string; readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Operation> {
  const timeout = new AbortController();
  const cancel = context.clock.after(wish.timeoutMs, () => timeout.abort());
  const signal = AbortSignal.any(wish.signal === undefined ? [timeout.signal] : [timeout.signal, wish.signal]);
  const watch = watchOperation(context, wish.id);
  try {
    let operation = await getOperation(context, actor, wish.id);
    while (operation.state === 'running' && !signal.aborted) {
      await watch.bell.wait(signal);
      operation = watch.latest() ?? operation;
    }
    return operation;
  } finally {
    cancel();
    watch.stop();
  }
}

/** The operation as it is, then again after changes of it, and last as it ended. Changes that a slow reader missed come as one. */
export async function* followOperation(
  context: Context,
  actor: Actor,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): AsyncGenerator<OperationResource, void> {
  const watch = watchOperation(context, id);
  try {
    let operation = await getOperation(context, actor, id);
    while (!signal.aborted) {
      operation = watch.latest() ?? operation;
      yield viewOperation(context, operation);
      if (operation.state !== 'running') return;
      await watch.bell.wait(signal);
    }
  } finally {
    watch.stop();
  }
}

interface OperationWatch {
  readonly bell: Bell;
  /** The record as it was last written since the watch began. */
  latest(): Operation | undefined;
  stop(): void;
}

function watchOperation(context: Context, id: string): OperationWatch {
  const bell = new Bell();
  let latest: Operation | undefined;
  const onOperation = (operation: Operation): void => {
    if (operation.id !== id) return;
    latest = operation;
    bell.ring();
  };
  const onProgress = (operationId: string): void => {
    if (operationId === id) bell.ring();
  };
  const stops = [context.ledger.listen({ onOperation }), context.progress.listen(onProgress)];
  return { bell, latest: () => latest, stop: () => stops.forEach((stop) => stop()) };
}

/** The operation of that id, for somebody who may see it; `operation-not-found` for everybody else. */
async function getOperation(context: Context, actor: Actor, id: string): Promise<Operation> {
  const hidden = new Problem(
    'operation-not-found',
    `There is no operation "${id}", or it is no longer kept; GET /v1/operations lists yours.`,
  );
  const operation = await context.store.findOperation(id);
  if (operation === undefined) throw hidden;
  authorize(actor, { scope: 'read', owner: operation.owner }, hidden);
  return operation;
}
