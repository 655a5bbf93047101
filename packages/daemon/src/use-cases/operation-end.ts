import { isProblem, Problem } from '@berth/spec/problem';
import type { Operation } from '../core/operation.ts';
import type { Accepted } from './accept.ts';
import type { Context } from './context.ts';

/**
 * For callers that know no operations: resolves when all is done, however long that takes; throws why it was not, and when
 * the engine stays away.
 */
export async function finish(context: Context, { operation }: Accepted): Promise<void> {
  const ended = await awaitEnd(context, operation);
  if (ended.state !== 'succeeded') throw failureOf(ended);
}

/**
 * The same for a wish that stays where something newer takes the operation's place: then resolves when that is done, as the
 * routes of a second domain bring the first along.
 */
export async function finishOrYield(context: Context, { operation }: Accepted): Promise<void> {
  const ended = await awaitEnd(context, operation);
  if (ended.state === 'failed') throw failureOf(ended);
  let newer = ended.state === 'superseded' ? context.ledger.books.operations.get(ended.appId) : undefined;
  while (newer !== undefined) {
    await awaitEnd(context, newer);
    newer = context.ledger.books.operations.get(ended.appId);
  }
}

/** Acts when nothing stands in the way: again after each operation for which it is refused. */
export async function whenFree<Result>(context: Context, act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const obstacle = findObstacle(context, error);
      if (obstacle === undefined) throw error;
      await awaitEnd(context, obstacle);
    }
  }
}

/** Why an operation did not succeed, with the last words of the instance that failed. */
export function failureOf({ id, appName, problem, logTail }: Operation): Problem {
  if (problem === null)
    return new Problem('operation-superseded', 'The operation was not done.', {
      facts: { app: appName, operation: id },
    });
  const { code, detail, errors } = problem;
  const facts = {
    app: appName,
    operation: id,
    logTail: problem.logTail ?? logTail,
    ...(errors === undefined ? {} : { errors }),
  };
  return new Problem(code, detail, { facts });
}

async function awaitEnd(context: Context, operation: Operation): Promise<Operation> {
  const { promise, resolve, reject } = Promise.withResolvers<Operation>();
  const unlisten = context.ledger.listen({
    onOperation: (next) => {
      if (next.id === operation.id && next.state !== 'running') resolve(next);
    },
  });
  const unwatch = watchEngine(context, operation, reject);
  try {
    const known = (await context.store.findOperation(operation.id)) ?? operation;
    return known.state === 'running' ? await promise : known;
  } finally {
    unlisten();
    unwatch();
  }
}

const lookMs = 15_000;

/** An engine that is away for long is nothing to wait for, though the operation goes on once it is back. */
function watchEngine({ ledger, fleet, clock }: Context, operation: Operation, giveUp: (why: Problem) => void) {
  let misses = 0;
  const look = (): void => {
    const engine = ledger.books.apps.get(operation.appId)?.engine;
    misses = engine === undefined || fleet.engine(engine).connected ? 0 : misses + 1;
    if (misses < 2) cancel = clock.after(lookMs, look);
    else giveUp(engineIsAway(operation, engine ?? ''));
  };
  let cancel = clock.after(lookMs, look);
  return (): void => cancel();
}

function engineIsAway({ id, kind, appName }: Operation, engine: string): Problem {
  const detail = `The engine "${engine}" has gone away; the ${kind} of "${appName}" goes on when it is back. Ask again then.`;
  return new Problem('engine-unreachable', detail, { facts: { app: appName, operation: id } });
}

/** The operation that a refusal names, while it is under way. */
function findObstacle({ ledger }: Context, error: unknown): Operation | undefined {
  if (!isProblem(error, 'operation-in-progress', 'wrong-state')) return undefined;
  const { operation: id } = error.facts;
  return [...ledger.books.operations.values()].find((operation) => operation.id === id);
}
