import { AppName, ShortName } from '@berth/spec/name';
import { SpawnPage } from '@berth/spec/page';
import { Spawn, SpawnRequest } from '@berth/spec/spawn';
import { z } from 'zod';
import { listSpawns, removeSpawn, showSpawn, spawnApp, viewSpawn } from '../../use-cases/spawns.ts';
import type { Context } from '../../use-cases/context.ts';
import { acceptedAnswer, operationAnswers, OperationQuery } from '../accepted-answer.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { Wait, waitMs } from '../moment.ts';
import { wholePage } from '../paging.ts';
import { changeProblems, engineProblems, outcomeProblems } from '../problem-set.ts';

const SpawnParams = z.strictObject({ id: AppName });

export const spawnEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/spawns',
    operationId: 'listSpawns',
    summary: 'List spawns, oldest first',
    query: z.strictObject({
      template: ShortName.optional().describe('Only those of this template.'),
      user: z.string().max(256).optional().describe('Only those for this user.'),
    }),
    answers: { 200: json(SpawnPage, 'Those that the caller may see.') },
    problems: [],
    handle: ({ context, actor, query }) => answer(200, wholePage(listSpawns(context, actor, query))),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/spawns',
    operationId: 'spawnApp',
    summary: 'Make an app of a template, at an address that nobody can guess',
    description:
      'Room is taken before anything begins. The answer comes when the app takes connections; one that does not leaves nothing behind.',
    query: z.strictObject({ wait: Wait.default('10m').describe('How long the answer may take; `0` for at once.') }),
    body: SpawnRequest,
    answers: {
      200: json(Spawn, 'The user had one already, which takes connections.'),
      201: json(Spawn, 'It takes connections.'),
      202: json(Spawn, 'It does not take connections within `wait`; its operation tells how it goes.'),
    },
    problems: ['template-not-found', 'no-room', 'domain-taken', 'port-taken', ...outcomeProblems],
    handle: async ({ context, actor, query, body, signal }) => {
      const { template, user = actor.user, parameters } = body;
      const wish = { template, owner: user, user, parameters };
      const { app, created, ready } = await spawnApp(context, actor, wish);
      const isReady = await endsWithin(context, ready, { ms: waitMs(query.wait), signal: signal() });
      const status = isReady ? (created ? 201 : 200) : 202;
      return answer(status, viewSpawn(context, app));
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/spawns/{id}',
    operationId: 'getSpawn',
    summary: 'Read a spawn',
    params: SpawnParams,
    answers: { 200: json(Spawn, 'The spawn.') },
    problems: ['spawn-not-found'],
    handle: ({ context, actor, params }) => answer(200, showSpawn(context, actor, params.id)),
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/spawns/{id}',
    operationId: 'removeSpawn',
    summary: 'End a spawn, with its volumes',
    params: SpawnParams,
    query: OperationQuery,
    answers: operationAnswers,
    problems: ['spawn-not-found', ...changeProblems, ...engineProblems, ...outcomeProblems],
    handle: async (call) => {
      const { context, actor, params, query } = call;
      return acceptedAnswer(call, await removeSpawn(context, actor, { id: params.id, dryRun: query.dryRun }));
    },
  }),
];

/** False when it takes longer, or the caller is gone; rejects as it does. */
async function endsWithin(
  { clock }: Context,
  task: Promise<void>,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const giveUp = (): void => resolve(false);
  const cancel = clock.after(ms, giveUp);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([task.then(() => true), promise]);
  } finally {
    cancel();
    signal.removeEventListener('abort', giveUp);
  }
}
