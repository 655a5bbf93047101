import { Operation } from '@berth/spec/operation';
import { z } from 'zod';
import type { Operation as OperationRecord } from '../core/operation.ts';
import type { Accepted } from '../use-cases/accept.ts';
import type { Actor } from '../use-cases/actor.ts';
import { failureOf } from '../use-cases/operation-end.ts';
import { awaitOperation } from '../use-cases/operations.ts';
import { viewOperation } from '../use-cases/view.ts';
import { json } from './answer.ts';
import type { Call } from './endpoint.ts';
import { Wait, waitMs } from './moment.ts';

/** The query of everything that is accepted as an operation. */
export const operationQueryFields = {
  dryRun: z.boolean().default(false).describe('Check everything and change nothing.'),
  wait: Wait.optional(),
};

export const OperationQuery = z.strictObject(operationQueryFields);

const locationHeader = { Location: 'Where the operation can be followed.' };

export const ifMatchHeader = {
  'If-Match': 'Only when the app is at one of these versions: entity tags such as `"7"`, or `*`.',
};

export const operationAnswers = {
  200: json(
    Operation,
    'It was done within `wait`, or there was nothing to do, or `dryRun` found that it could be done.',
    locationHeader,
  ),
  202: json(Operation, 'Accepted; the operation tells how it goes.', locationHeader),
};

export const creationAnswers = {
  ...operationAnswers,
  201: json(Operation, 'The app was created within `wait`.', locationHeader),
};

type OperationCall = Pick<
  Call<unknown, { readonly dryRun: boolean; readonly wait?: string | undefined }, unknown, Actor>,
  'context' | 'actor' | 'query' | 'signal'
>;

type OperationAnswer<Status extends number> = {
  readonly status: Status;
  readonly headers: { readonly location: string };
  readonly body: Operation;
};

/** Answers with the operation at once, or when it has ended or `wait` is over; a failed one answers as its problem. */
export async function acceptedAnswer(
  call: OperationCall,
  accepted: Accepted,
): Promise<OperationAnswer<200> | OperationAnswer<202>> {
  const { query } = call;
  if (query.dryRun)
    return answerWith(call, 200, {
      ...accepted.operation,
      detail: 'Dry run: it could be done, and nothing was changed.',
    });
  const operation =
    query.wait === undefined ? accepted.operation : await awaitEnd(call, accepted.operation, query.wait);
  if (operation.state === 'failed' || operation.state === 'superseded') throw failureOf(operation);
  return operation.state === 'succeeded' ? answerWith(call, 200, operation) : answerWith(call, 202, operation);
}

/** The same; what was created is answered with 201. */
export async function creationAnswer(
  call: OperationCall,
  { created, ...accepted }: Accepted & { readonly created: boolean },
) {
  const answer = await acceptedAnswer(call, accepted);
  return created && answer.status === 200 && !call.query.dryRun ? { ...answer, status: 201 as const } : answer;
}

function awaitEnd(
  { context, actor, signal }: OperationCall,
  operation: OperationRecord,
  wait: string,
): Promise<OperationRecord> {
  if (operation.state !== 'running') return Promise.resolve(operation);
  return awaitOperation(context, actor, { id: operation.id, timeoutMs: waitMs(wait), signal: signal() });
}

function answerWith<Status extends number>(
  { context }: OperationCall,
  status: Status,
  operation: OperationRecord,
): OperationAnswer<Status> {
  return { status, headers: { location: `/v1/operations/${operation.id}` }, body: viewOperation(context, operation) };
}
