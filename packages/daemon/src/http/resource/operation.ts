import { AppName } from '@berth/spec/name';
import { Operation } from '@berth/spec/operation';
import { OperationPage } from '@berth/spec/page';
import { z } from 'zod';
import { awaitOperation, followOperation } from '../../use-cases/operations.ts';
import { listOperations, showOperation } from '../../use-cases/operations.ts';
import { viewOperation } from '../../use-cases/view.ts';
import { answer, json, streamed } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { Wait, waitMs } from '../moment.ts';
import { pagingFields } from '../paging.ts';
import { eventStream, eventStreamType } from '../stream/item-stream.ts';

const OperationParams = z.strictObject({
  id: z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'must be the id of an operation'),
});

export const operationEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/operations',
    operationId: 'listOperations',
    summary: 'List operations, newest first',
    query: z.strictObject({ ...pagingFields, app: AppName.optional().describe('Only those of this app.') }),
    answers: { 200: json(OperationPage, 'One page of them.') },
    problems: ['app-not-found'],
    handle: async ({ context, actor, query }) => answer(200, await listOperations(context, actor, query)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/operations/{id}',
    operationId: 'getOperation',
    summary: 'Read an operation, or wait for its end',
    params: OperationParams,
    query: z.strictObject({ wait: Wait.optional() }),
    answers: {
      200: json(
        Operation,
        'The operation: how it is now, or at its end, or when `wait` is over. A failed one says why in `problem`.',
      ),
    },
    problems: ['operation-not-found'],
    handle: async ({ context, actor, params, query, signal }) => {
      if (query.wait === undefined) return answer(200, await showOperation(context, actor, params.id));
      const operation = await awaitOperation(context, actor, {
        id: params.id,
        timeoutMs: waitMs(query.wait),
        signal: signal(),
      });
      return answer(200, viewOperation(context, operation));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/operations/{id}/events',
    operationId: 'followOperation',
    summary: 'Follow an operation until its end',
    description: 'Server-sent events: the operation each time it changes, and last as it ended.',
    params: OperationParams,
    answers: { 200: streamed('The operation, again and again.', { [eventStreamType]: Operation }) },
    problems: ['operation-not-found'],
    handle: async (call) => {
      const items = followOperation(call.context, call.actor, { id: call.params.id, signal: call.signal() });
      return answer(200, await eventStream(call, items, (operation) => ({ event: 'operation', data: operation })));
    },
  }),
];
