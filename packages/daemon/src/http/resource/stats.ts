import { parseDuration } from '@berth/spec/duration';
import { StatsPage } from '@berth/spec/page';
import { StatsHistory } from '@berth/spec/stats';
import { z } from 'zod';
import { readStatsHistory } from '../../use-cases/read-stats-history.ts';
import { followStats, readStats } from '../../use-cases/watch-stats.ts';
import { preferredType } from '../accept-header.ts';
import { answer, json, streamed } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { Moment, parseMoment } from '../moment.ts';
import { wholePage } from '../paging.ts';
import { engineProblems } from '../problem-set.ts';
import { eventStream, eventStreamType } from '../stream/item-stream.ts';
import { AppParams } from './app.ts';
import { InstanceId } from './instance-id.ts';

const Step = z
  .string()
  .max(32)
  .refine((text) => parseDuration(text) !== undefined, 'must be a duration such as 10s or 5m')
  .meta({
    description:
      'The length of one step: `10s` to `50s`, or whole minutes. Default: the finest that is kept of that time.',
    examples: ['5m'],
  });

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
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/stats/history',
    operationId: 'readAppStatsHistory',
    summary: 'Read what an app used in the last day',
    description:
      'Every ten seconds for an hour, every minute for a day: in memory, so that a restart of Berth begins anew. It is the app’s: deploys and restarts of its containers do not end it.',
    params: AppParams,
    query: z.strictObject({
      since: Moment.default('1h'),
      until: Moment.optional().describe('RFC 3339, or how long ago. Default: now.'),
      step: Step.optional(),
      instance: InstanceId.optional(),
    }),
    answers: { 200: json(StatsHistory, 'What was used in that time.') },
    problems: ['app-not-found', 'instance-not-found'],
    handle: ({ context, actor, params, query }) => {
      const now = context.clock.now();
      const question = {
        name: params.name,
        since: parseMoment(query.since, now) ?? 0,
        until: query.until === undefined ? now : (parseMoment(query.until, now) ?? now),
        stepMs: query.step === undefined ? undefined : parseDuration(query.step),
        instance: query.instance,
      };
      return answer(200, readStatsHistory(context, actor, question));
    },
  }),
];
