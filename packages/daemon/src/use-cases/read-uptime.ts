import { fieldProblem, Problem } from '@berth/spec/problem';
import { hideUnwatched, listSpans, type Timeline, type UptimeSpan, type Window } from '../core/uptime.ts';
import { type AppRecord, engineRecordId, type InstanceRecord, type UptimeRecord } from '../core/uptime-record.ts';
import { addTotals, splitUptime, sumUptime, type UptimePart, type UptimeTotals } from '../core/uptime-total.ts';
import { type Actor, authorize } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';

const dayMs = 86_400_000;
const mostParts = 10_000;
const mostInstances = 1000;
const shortestId = 8;

/** What is asked of a record of uptime. Times are epoch milliseconds. */
export interface UptimeQuestion extends Window {
  /** Parts of this length in place of spans. */
  readonly stepMs?: number | undefined;
  /** Of this instance alone. */
  readonly instance?: string | undefined;
  /** At most so many spans, the first ones. */
  readonly mostSpans?: number;
  /** With the instances that were there in that time. */
  readonly withInstances?: boolean;
}

/** The part of the window in which there was something to record, and what it comes to. */
export interface RecordedUptime<Record = UptimeRecord> extends Window {
  readonly record: Record;
  readonly totals: UptimeTotals;
}

export interface UptimeAnswer extends RecordedUptime {
  readonly app: AppRecord;
  /** Without a gap; null where parts were asked for. */
  readonly spans: readonly UptimeSpan[] | null;
  readonly parts: readonly UptimePart[] | null;
  readonly instances: readonly RecordedUptime<InstanceRecord>[] | null;
}

/** When the app ran, and when it did not. */
export async function readUptime(
  context: Context,
  actor: Actor,
  question: UptimeQuestion & { readonly name: string },
): Promise<UptimeAnswer> {
  const app = getApp(context.ledger.books, actor, { name: question.name, scope: 'read' });
  const { id, name, owner, engine, createdAt } = app;
  const unseen = { kind: 'app', id, name, owner, engine, begunAt: createdAt, endedAt: null, last: null } as const;
  return answer(context, (context.uptime.find(id) as AppRecord | undefined) ?? unseen, question);
}

/** The same by the app's id, for administrators: also of an app that was removed. */
export async function readUptimeRecord(
  context: Context,
  actor: Actor,
  question: UptimeQuestion & { readonly id: string },
): Promise<UptimeAnswer> {
  authorize(actor, { scope: 'admin', owner: null });
  return answer(context, await getAppRecord(context, question.id), question);
}

/** Of every app, also of those that were removed, newest first; for administrators. */
export async function listUptimeRecords(
  context: Context,
  actor: Actor,
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<{ items: AppRecord[]; next: string | null }> {
  authorize(actor, { scope: 'admin', owner: null });
  const before = page.before === undefined ? {} : { before: page.before };
  const found = await context.store.listAppRecords({ ...before, limit: page.limit + 1 });
  const items = found.slice(0, page.limit);
  return { items, next: found.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

async function getAppRecord(context: Context, id: string): Promise<AppRecord> {
  const known = context.uptime.listKnown(id).find((record) => record.id === id);
  const record = known ?? (await context.store.findAppRecord(id));
  if (record?.kind === 'app') return record;
  throw new Problem('app-not-found', `No uptime of an app with the id "${id}" is kept; GET /v1/uptime lists them.`);
}

async function answer(context: Context, app: AppRecord, question: UptimeQuestion): Promise<UptimeAnswer> {
  refuseImpossible(question);
  const watch = await context.uptime.readTimeline(engineRecordId(app.engine), question);
  const { since, until, instance, stepMs } = question;
  const record = instance === undefined ? app : await getInstanceRecord(context, app, { since, until, id: instance });
  const timeline = hideUnwatched(await context.uptime.readTimeline(record.id, question), watch);
  const window = recordedWindow(context, record, question);
  const parts = stepMs === undefined ? null : splitUptime(timeline, window, { gridMs: since, stepMs });
  return {
    app,
    record,
    ...window,
    totals: parts === null ? sumUptime(timeline, window) : addTotals(parts),
    spans: stepMs === undefined ? listSpans(timeline, window, question.mostSpans) : null,
    parts,
    instances: question.withInstances === true ? await readInstances(context, { app, watch, asked: question }) : null,
  };
}

function refuseImpossible({ since, until, stepMs }: UptimeQuestion): void {
  if (since > until) throw fieldProblem('since', 'must not be later than until');
  if (stepMs !== undefined && (until - since) / stepMs > mostParts)
    throw fieldProblem('step', `must be so long that there are at most ${mostParts.toLocaleString('en')} of them`);
}

/** Nothing is said of the time before the first record, after the last, and before what is kept. */
function recordedWindow({ clock, policy }: Context, record: UptimeRecord, asked: Window): Window {
  const now = clock.now();
  const end = Math.min(record.endedAt ?? now, now);
  const begin = Math.min(end, Math.max(record.begunAt, now - policy.uptimeDays * dayMs));
  const since = Math.min(end, Math.max(begin, asked.since));
  return { since, until: Math.max(since, Math.min(end, asked.until)) };
}

/** The instance with this id, or the only one whose id begins with it. */
async function getInstanceRecord(
  context: Context,
  app: AppRecord,
  wish: Window & { id: string },
): Promise<InstanceRecord> {
  const records = await listInstanceRecords(context, app, wish);
  const exact = records.find(({ id }) => id === wish.id);
  const alike = wish.id.length < shortestId ? [] : records.filter(({ id }) => id.startsWith(wish.id));
  const found = exact ?? (alike.length === 1 ? alike[0] : undefined);
  if (found !== undefined) return found;
  const detail = `The app "${app.name}" had no instance "${wish.id}" in that time; ask with instances=true for a list.`;
  throw new Problem('instance-not-found', detail, { facts: { app: app.name } });
}

/** Newest first; what changed just now may not be in the store yet. */
async function listInstanceRecords(context: Context, app: AppRecord, window: Window): Promise<InstanceRecord[]> {
  const kept = await context.store.listInstanceRecords(app.id, window, mostInstances);
  const records = new Map(kept.map((record) => [record.id, record]));
  for (const record of context.uptime.listKnown(app.id))
    if (record.kind === 'instance' && record.begunAt < window.until) records.set(record.id, record);
  return [...records.values()]
    .filter(({ endedAt }) => endedAt === null || endedAt > window.since)
    .toSorted((one, other) => other.begunAt - one.begunAt);
}

async function readInstances(
  context: Context,
  { app, watch, asked }: { readonly app: AppRecord; readonly watch: Timeline; readonly asked: Window },
): Promise<RecordedUptime<InstanceRecord>[]> {
  const records = await listInstanceRecords(context, app, asked);
  return Promise.all(
    records.map(async (record) => {
      const timeline = hideUnwatched(await context.uptime.readTimeline(record.id, asked), watch);
      const window = recordedWindow(context, record, asked);
      return { record, ...window, totals: sumUptime(timeline, window) };
    }),
  );
}
