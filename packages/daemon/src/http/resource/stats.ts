import { StatsPage } from '@berth/spec/page';
import { z } from 'zod';
import { followStats, readStats } from '../../use-cases/watch-stats.ts';
import { preferredType } from '../accept-header.ts';
import { answer, streamed } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';
import { engineProblems } from '../problem-set.ts';
import { eventStream, eventStreamType } from '../stream/item-stream.ts';
import { AppParams } from './app.ts';

export const statsEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/stats',
    operationId: 'readAppStats',
    summary: 'Read or follow what the instances of an app use',
    description:
      'One sample of every instance; with `follow`, or where only server-sent events are accepted, a new one each second.',
    params: AppParams,
    query: z.strictObject({ follow: z.boolean().default(false) }),
    answers: {
      200: streamed<z.output<typeof StatsPage>>('The samples.', {
        'application/json': StatsPage,
        [eventStreamType]: StatsPage,
      }),
    },
    problems: ['app-not-found', 'engine-not-found', ...engineProblems],
    handle: async (call) => {
      const { context, actor, params, query, headers } = call;
      const follows =
        query.follow || preferredType(headers.accept, ['application/json', eventStreamType]) === eventStreamType;
      if (!follows) return answer(200, wholePage(await readStats(context, actor, params.name)));
      const samples = followStats(context, actor, { name: params.name, signal: call.signal() });
      return answer(200, await eventStream(call, samples, (stats) => ({ event: 'stats', data: wholePage(stats) })));
    },
  }),
];
