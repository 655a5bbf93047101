import type { IncomingHttpHeaders } from 'node:http';
import { Event } from '@berth/spec/event';
import { AppName } from '@berth/spec/name';
import { EventPage } from '@berth/spec/page';
import { fieldProblem } from '@berth/spec/problem';
import { z } from 'zod';
import { listEvents } from '../../use-cases/events.ts';
import { followEvents } from '../../use-cases/events.ts';
import { preferredType } from '../accept-header.ts';
import { answer, streamed } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { pagingFields } from '../paging.ts';
import { eventStream, eventStreamType } from '../stream/item-stream.ts';

export const eventEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/events',
    operationId: 'listEvents',
    summary: 'Read what has happened, or follow what happens',
    description:
      'Server-sent events, each once and in order: those kept behind `after` or `Last-Event-ID`, then those to come. With `Accept: application/json`, one page of what is kept, whose `next` is the `after` of the next one.',
    query: z.strictObject({
      after: z
        .int()
        .min(0)
        .optional()
        .describe('Begin behind this event; 0 for the oldest that is kept. Default: with what comes next.'),
      app: AppName.optional().describe('Only those of this app.'),
      limit: pagingFields.limit.describe('Of a page: at most so many events.'),
    }),
    headers: { 'Last-Event-ID': 'As `after`; sent by event sources that connect again.' },
    answers: {
      200: streamed<z.output<typeof EventPage>>('Events as they come, or a page of them.', {
        [eventStreamType]: Event,
        'application/json': EventPage,
      }),
    },
    problems: ['app-not-found', 'cursor-expired'],
    handle: async (call) => {
      const { context, actor, query, headers } = call;
      const after = lastEventId(headers) ?? query.after;
      if (preferredType(headers.accept, [eventStreamType, 'application/json']) === 'application/json') {
        const { items, next } = await listEvents(context, actor, {
          after: after ?? 0,
          app: query.app,
          limit: query.limit,
        });
        return answer(200, { items, next: next === null ? null : String(next) });
      }
      const events = followEvents(context, actor, { after, app: query.app, signal: call.signal() });
      return answer(
        200,
        await eventStream(call, events, (event) => ({ id: event.id, event: event.kind, data: event })),
      );
    },
  }),
];

function lastEventId(headers: IncomingHttpHeaders): number | undefined {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  if (typeof given === 'string' && /^\d{1,15}$/.test(given)) return Number(given);
  throw fieldProblem('Last-Event-ID', 'must be the id of an event');
}
