import { BatchAnswer } from '@berth/spec/action';
import { PurgeRequest } from '@berth/spec/purge';
import { z } from 'zod';
import { problemDocument } from '../../core/problem-document.ts';
import { purgeApps } from '../../use-cases/purge-apps.ts';
import { viewOperation } from '../../use-cases/view.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';

export const purgeEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/purges',
    operationId: 'purgeApps',
    summary: 'Remove all apps that have certain labels, or that nobody used for a while',
    description: 'Answers with one result for each app; what the removals come to is told by their operations.',
    query: z.strictObject({ dryRun: z.boolean().default(false).describe('Name them, and change nothing.') }),
    body: PurgeRequest,
    answers: { 200: json(BatchAnswer, 'One result for each app.') },
    problems: ['edge-unreachable'],
    handle: async ({ context, actor, query, body }) => {
      const outcomes = await purgeApps(context, actor, { ...body, dryRun: query.dryRun });
      const results = outcomes.map(({ app, accepted, problem }) => ({
        app,
        operation: accepted === null ? null : viewOperation(context, accepted.operation),
        problem: problem === null ? null : problemDocument(problem),
      }));
      return answer(200, { results });
    },
  }),
];
