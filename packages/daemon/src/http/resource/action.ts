import {
  ActionVerb,
  BatchAnswer,
  BatchRequest,
  type BatchResult,
  MaintenanceRequest,
  ResetRequest,
  RollbackRequest,
  ScaleRequest,
} from '@berth/spec/action';
import { z } from 'zod';
import { problemDocument } from '../../core/problem-document.ts';
import { type ActionOutcome, actOnApp, actOnApps } from '../../use-cases/act-on-app.ts';
import type { Actor } from '../../use-cases/actor.ts';
import { failureOf } from '../../use-cases/operation-end.ts';
import { awaitOperation } from '../../use-cases/operations.ts';
import { viewOperation } from '../../use-cases/view.ts';
import { acceptedAnswer, ifMatchHeader, operationAnswers, OperationQuery } from '../accepted-answer.ts';
import { answer, json } from '../answer.ts';
import { type Call, endpoint } from '../endpoint.ts';
import { ifMatchOf } from '../entity-tag.ts';
import { waitMs } from '../moment.ts';
import { changeProblems, outcomeProblems } from '../problem-set.ts';
import { AppParams } from './app.ts';

const plainVerbs = {
  start: 'Start a stopped app',
  stop: 'Stop an app: take it out of the routes, let requests in flight end, stop its instances',
  pause: 'Freeze the instances of a running app',
  unpause: 'Let a paused app go on',
  restart: 'Replace the instances by new ones of the same release',
  kill: 'Stop an app at once, without grace',
} as const;

export const actionEndpoints = [
  ...Object.entries(plainVerbs).map(([verb, summary]) => plainAction(verb as keyof typeof plainVerbs, summary)),
  endpoint({
    method: 'POST',
    path: '/v1/apps/{name}/actions/reset',
    operationId: 'resetApp',
    summary: 'Stop the instances and make new ones: what is in no volume is gone',
    params: AppParams,
    query: OperationQuery,
    body: ResetRequest.default({}),
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, ...outcomeProblems],
    handle: (call) => act(call, { verb: 'reset', started: call.body.started }),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/apps/{name}/actions/scale',
    operationId: 'scaleApp',
    summary: 'Set how many instances an app has',
    params: AppParams,
    query: OperationQuery,
    body: ScaleRequest,
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, ...outcomeProblems],
    handle: (call) => act(call, { verb: 'scale', replicas: call.body.replicas }),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/apps/{name}/actions/rollback',
    operationId: 'rollbackApp',
    summary: 'Deploy an older release again, to the very image',
    params: AppParams,
    query: OperationQuery,
    body: RollbackRequest.default({}),
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, 'release-not-found', 'port-taken', 'policy-refused', ...outcomeProblems],
    handle: (call) => act(call, { verb: 'rollback', release: call.body.release }),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/apps/{name}/actions/maintenance',
    operationId: 'maintainApp',
    summary: 'Show visitors a message in place of an app, or let them in again',
    description: 'The instances run on; deploys and restarts go their way behind the message.',
    params: AppParams,
    query: OperationQuery,
    body: MaintenanceRequest,
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, ...outcomeProblems],
    handle: (call) => act(call, { verb: 'maintenance', message: call.body.message }),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/batch/{verb}',
    operationId: 'batchAct',
    summary: 'Act on several apps at once, in parallel',
    description:
      'Answers with one result for each app: one app’s refusal holds up no other. With `wait`, the operations are those at its end.',
    params: z.strictObject({ verb: ActionVerb }),
    query: OperationQuery,
    body: BatchRequest,
    answers: { 200: json(BatchAnswer, 'One result for each app.') },
    problems: [],
    handle: async (call) => answer(200, { results: await batchResults(call) }),
  }),
];

function plainAction(verb: keyof typeof plainVerbs, summary: string) {
  return endpoint({
    method: 'POST',
    path: `/v1/apps/{name}/actions/${verb}`,
    operationId: `${verb}App`,
    summary,
    params: AppParams,
    query: OperationQuery,
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, ...outcomeProblems],
    handle: (call) => act(call, { verb }),
  });
}

type Query = z.output<typeof OperationQuery>;

async function act(
  call: Call<z.output<typeof AppParams>, Query, unknown, Actor>,
  action: Omit<Parameters<typeof actOnApp>[2], 'name'>,
) {
  const { context, actor, params, headers, query } = call;
  const target = { name: params.name, ifMatch: ifMatchOf(context, headers, params.name), dryRun: query.dryRun };
  return acceptedAnswer(call, await actOnApp(context, actor, { ...target, ...action }));
}

type BatchCall = Call<{ readonly verb: ActionVerb }, Query, BatchRequest, Actor>;

async function batchResults(call: BatchCall): Promise<BatchResult[]> {
  const { context, actor, params, query, body } = call;
  const { apps: names, replicas, release, message, started } = body;
  const outcomes = await actOnApps(context, actor, {
    names,
    verb: params.verb,
    replicas,
    release,
    message,
    started,
    dryRun: query.dryRun,
  });
  const signal = call.signal();
  return Promise.all(outcomes.map((outcome) => batchResult(call, outcome, signal)));
}

/** With `wait`, a failed operation is shown as it is, and its problem beside it. */
async function batchResult(
  { context, actor, query }: BatchCall,
  { app, accepted, problem }: ActionOutcome,
  signal: AbortSignal,
): Promise<BatchResult> {
  if (accepted === null) return { app, operation: null, problem: problemDocument(problem) };
  const { operation } = accepted;
  if (query.wait === undefined || query.dryRun || operation.state !== 'running')
    return { app, operation: viewOperation(context, operation), problem: null };
  const ended = await awaitOperation(context, actor, { id: operation.id, timeoutMs: waitMs(query.wait), signal });
  const failed = ended.state === 'failed' || ended.state === 'superseded';
  return { app, operation: viewOperation(context, ended), problem: failed ? problemDocument(failureOf(ended)) : null };
}
