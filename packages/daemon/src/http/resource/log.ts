import { LogLine } from '@berth/spec/stats';
import { z } from 'zod';
import { readLogs } from '../../use-cases/read-logs.ts';
import { preferredType } from '../accept-header.ts';
import { answer, streamed } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { Moment, parseMoment } from '../moment.ts';
import { engineProblems } from '../problem-set.ts';
import { eventStream, eventStreamType, jsonLinesType, lineStream } from '../stream/item-stream.ts';
import { AppParams } from './app.ts';
import { InstanceId } from './instance-id.ts';

const plainType = 'text/plain';

const JsonLines = z.string().describe('One `LogLine` as JSON in each line.');

export const logEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/logs',
    operationId: 'readAppLogs',
    summary: 'Read or follow what the instances of an app write',
    description:
      'Lines of JSON (`application/x-ndjson`), or server-sent events (`text/event-stream`), or bare lines (`text/plain`), as `Accept` asks.',
    params: AppParams,
    query: z.strictObject({
      follow: z.boolean().default(false).describe('Go on with what is written from now on, also by new instances.'),
      tail: z.int().min(0).max(100_000).optional().describe('Only so many last lines.'),
      since: Moment.optional(),
      until: Moment.optional(),
      timestamps: z.boolean().default(false).describe('Say when each line was written.'),
      instance: InstanceId.optional(),
    }),
    answers: {
      200: streamed('The lines, in the order of time.', {
        [jsonLinesType]: JsonLines,
        [eventStreamType]: LogLine,
        [plainType]: z.string(),
      }),
    },
    problems: ['app-not-found', 'instance-not-found', 'engine-not-found', ...engineProblems],
    handle: async (call) => {
      const { context, actor, params, query, headers } = call;
      const { follow, tail, instance, timestamps } = query;
      const now = context.clock.now();
      const [sinceMs, untilMs] = [query.since, query.until].map((moment) =>
        moment === undefined ? undefined : parseMoment(moment, now),
      );
      const lines = readLogs(context, actor, {
        name: params.name,
        instance,
        follow,
        tail,
        sinceMs,
        untilMs,
        signal: call.signal(),
      });
      const shown = (line: LogLine): LogLine => (timestamps ? line : { ...line, at: null });
      const type = preferredType(headers.accept, [jsonLinesType, eventStreamType, plainType]);
      if (type === eventStreamType)
        return answer(200, await eventStream(call, lines, (line) => ({ event: 'line', data: shown(line) })));
      const render = type === plainType ? plainLine : JSON.stringify;
      const mediaType = type === plainType ? 'text/plain; charset=utf-8' : type;
      return answer(200, await lineStream(call, lines, { mediaType, render: (line) => render(shown(line)) }));
    },
  }),
];

function plainLine({ at, line }: LogLine): string {
  return at === null ? line : `${at} ${line}`;
}
