import type { Timeline, Window } from '../../core/uptime.ts';
import type { AppRecord, InstanceRecord } from '../../core/uptime-record.ts';
import type { UptimeSnapshot } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { parseRecord } from './record.ts';
import { dayOf, parsePages } from './uptime-page.ts';

export function loadUptime({ db, statements }: Connection): UptimeSnapshot {
  const rows = statements.all(db.selectFrom('uptime_record').select('body').where('ended_at', 'is', null));
  const [seen] = statements.all(db.selectFrom('uptime_seen').select('at'));
  return { records: rows.map(parseRecord), seenUntil: seen?.at ?? null };
}

/** Whole days: what lies around the window does no harm, and the page before it says how the window begins. */
export function readTimeline({ db, statements }: Connection, recordId: string, { since, until }: Window): Timeline {
  const pages = db.selectFrom('uptime_page').select(['day', 'marks']).where('record_id', '=', recordId);
  const before = statements.all(pages.where('day', '<', dayOf(since)).orderBy('day', 'desc').limit(1));
  const within = statements.all(pages.where('day', '>=', dayOf(since)).where('day', '<=', dayOf(until)).orderBy('day'));
  return parsePages([...before, ...within]);
}

export function findAppRecord({ db, statements }: Connection, appId: string): AppRecord | undefined {
  const query = db.selectFrom('uptime_record').select('body').where('id', '=', appId).where('kind', '=', 'app');
  const [row] = statements.all(query);
  return row && (parseRecord(row) as AppRecord);
}

export function listAppRecords(
  { db, statements }: Connection,
  { before, limit }: { readonly before?: string; readonly limit: number },
): AppRecord[] {
  let query = db.selectFrom('uptime_record').select('body').where('kind', '=', 'app');
  if (before !== undefined) query = query.where('id', '<', before);
  return statements.all(query.orderBy('id', 'desc').limit(limit)).map((row) => parseRecord(row) as AppRecord);
}

export function listInstanceRecords(
  { db, statements }: Connection,
  { appId, window, limit }: { readonly appId: string; readonly window: Window; readonly limit: number },
): InstanceRecord[] {
  const query = db
    .selectFrom('uptime_record')
    .select('body')
    .where('app_id', '=', appId)
    .where('kind', '=', 'instance')
    .where('begun_at', '<', window.until)
    .where((is) => is.or([is('ended_at', 'is', null), is('ended_at', '>', window.since)]));
  const newest = query.orderBy('begun_at', 'desc').orderBy('id').limit(limit);
  return statements.all(newest).map((row) => parseRecord(row) as InstanceRecord);
}
