import type { OperationKind } from '@berth/spec/operation';
import type { App } from '../core/app.ts';
import { type Accepted, newOperation } from './accept.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import type { Entry } from './ledger.ts';

/** For a wish that is as it was: an operation that has ended well, so that its asker can follow it like any other. */
export function acceptNothing(
  context: Context,
  actor: Actor,
  { app, kind }: { app: App; kind: OperationKind },
): Entry<Accepted> {
  const begun = newOperation(context, actor, { app, kind });
  const operation = {
    ...begun,
    state: 'succeeded',
    phase: 'done',
    detail: 'There was nothing to change.',
    endedAt: begun.createdAt,
  } as const;
  return { changes: [{ kind: 'operation.put', operation }], result: { app, operation } };
}
