import { parseDuration } from '@berth/spec/duration';
import { renderInstant } from '@berth/spec/instant';
import { UptimeRecordPage } from '@berth/spec/page';
import { Uptime, UptimeImport, UptimeImported } from '@berth/spec/uptime';
import { z } from 'zod';
import { parseCursor, renderCursor } from '../../use-cases/page.ts';
import { listUptimeRecords, readUptime, readUptimeRecord, type UptimeQuestion } from '../../use-cases/read-uptime.ts';
import { importUptime } from '../../use-cases/import-uptime.ts';
import { viewUptime, viewUptimeRecord } from '../../use-cases/view-uptime.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { Moment, parseMoment } from '../moment.ts';
import { PagingQuery } from '../paging.ts';
import { AppParams } from './app.ts';
import { InstanceId } from './instance-id.ts';

const usualSince = '30d';

const Step = z
  .string()
  .max(32)
  .refine((text) => (parseDuration(text) ?? 0) >= 1000, 'must be a duration of at least 1s, such as 1h or 1d')
  .meta({ description: 'In buckets of this length from `since` on, in place of intervals: `1d`.', examples: ['1d'] });

const UptimeQuery = z.strictObject({
  since: Moment.default(usualSince),
  until: Moment.optional().describe('RFC 3339, or how long ago. Default: now.'),
  step: Step.optional(),
  instance: InstanceId.optional(),
  instances: z.boolean().default(false).describe('Also what each instance of that time comes to.'),
  limit: z.int().min(1).max(100_000).default(1000).describe('At most so many intervals.'),
});

const description =
  'From what Berth observed, not from samples. `since` and `until` of the answer may be nearer than those asked for: there is nothing before the app was made, before what is kept, and after now. Months ago, what happened within an hour is known by its length, not by its minute.';

export const uptimeEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/uptime',
    operationId: 'readAppUptime',
    summary: 'Read when an app ran and when it did not',
    description,
    params: AppParams,
    query: UptimeQuery,
    answers: { 200: json(Uptime, 'The record of that time.') },
    problems: ['app-not-found', 'instance-not-found'],
    handle: async ({ context, actor, params, query }) => {
      const question = { ...questionOf(query, context.clock.now()), name: params.name };
      return answer(200, viewUptime(await readUptime(context, actor, question), query.limit));
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/apps/{name}/uptime',
    operationId: 'importAppUptime',
    summary: 'Add what is known of the time before Berth knew the app; for administrators',
    description: 'What was recorded is never changed: marks behind the beginning of the record are left out.',
    params: AppParams,
    body: UptimeImport,
    answers: { 200: json(UptimeImported, 'What came of it.') },
    problems: ['app-not-found', 'wrong-state'],
    handle: async ({ context, actor, params, body }) => {
      const marks = body.marks.map(({ at, state }) => ({ at: Date.parse(at), state }));
      const { app, since, added } = await importUptime(context, actor, { name: params.name, marks });
      return answer(200, { app: app.name, since: renderInstant(since), added });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/uptime',
    operationId: 'listUptimeRecords',
    summary: 'List the apps whose uptime is kept, newest first, also removed ones; for administrators',
    query: PagingQuery,
    answers: { 200: json(UptimeRecordPage, 'One page of them.') },
    problems: [],
    handle: async ({ context, actor, query }) => {
      const before = parseCursor(query.cursor);
      const { items, next } = await listUptimeRecords(context, actor, { before, limit: query.limit });
      return answer(200, { items: items.map(viewUptimeRecord), next: next === null ? null : renderCursor(next) });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/uptime/{id}',
    operationId: 'readUptimeRecord',
    summary: 'Read when an app ran, by its id, also a removed one; for administrators',
    description,
    params: z.strictObject({ id: z.string().regex(/^[0-9A-Za-z_.-]{1,128}$/, 'must be the id of an app') }),
    query: UptimeQuery,
    answers: { 200: json(Uptime, 'The record of that time.') },
    problems: ['app-not-found', 'instance-not-found'],
    handle: async ({ context, actor, params, query }) => {
      const question = { ...questionOf(query, context.clock.now()), id: params.id };
      return answer(200, viewUptime(await readUptimeRecord(context, actor, question), query.limit));
    },
  }),
];

function questionOf(query: z.output<typeof UptimeQuery>, now: number): UptimeQuestion {
  const { since, until, step, instance, instances, limit } = query;
  return {
    // Nothing is recorded before 1970, and further back the arithmetic is no longer exact.
    since: Math.max(0, parseMoment(since, now) ?? 0),
    until: until === undefined ? now : Math.max(0, parseMoment(until, now) ?? now),
    stepMs: step === undefined ? undefined : parseDuration(step),
    instance,
    withInstances: instances,
    // One more than is shown, which says where to read on.
    mostSpans: limit + 1,
  };
}
