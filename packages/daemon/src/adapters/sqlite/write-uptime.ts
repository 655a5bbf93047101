import type { UptimeMark } from '../../core/uptime.ts';
import { recordedApp, type UptimeRecord } from '../../core/uptime-record.ts';
import type { Connection } from './connection.ts';
import { renderRecord } from './record.ts';
import { cutPage, dayOf, renderPage } from './uptime-page.ts';

/** Writes a record and its newest marks, which take the place of all from the first of them on. */
export function putUptime(record: UptimeRecord, marks: readonly UptimeMark[], connection: Connection): void {
  putRecord(record, connection);
  const [first] = marks;
  if (first === undefined) return;
  const kept = cutRecord(record.id, first.at, connection);
  for (const [day, added] of Map.groupBy(marks, ({ at }) => dayOf(at))) {
    const page = renderPage(day, added);
    putPage({ recordId: record.id, day, marks: day === dayOf(first.at) ? join(kept, page) : page }, connection);
  }
}

/** Writes until when all is recorded. */
export function putSeen(at: number, { db, statements }: Connection): void {
  const query = db.insertInto('uptime_seen').values({ id: 1, at });
  statements.run(query.onConflict((conflict) => conflict.column('id').doUpdateSet({ at })));
}

function putRecord(record: UptimeRecord, { db, statements }: Connection): void {
  const row = { begun_at: record.begunAt, ended_at: record.endedAt, body: renderRecord(record) };
  statements.run(
    db
      .insertInto('uptime_record')
      .values({ id: record.id, kind: record.kind, app_id: recordedApp(record), ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row)),
  );
}

/** Takes away what is recorded from `at` on; what is left of the page of its day. */
function cutRecord(recordId: string, at: number, { db, statements }: Connection): Uint8Array {
  const day = dayOf(at);
  statements.run(db.deleteFrom('uptime_page').where('record_id', '=', recordId).where('day', '>', day));
  const query = db.selectFrom('uptime_page').select('marks').where('record_id', '=', recordId).where('day', '=', day);
  const [page] = statements.all(query);
  return page === undefined ? new Uint8Array() : cutPage({ day, marks: page.marks }, at);
}

interface Page {
  readonly recordId: string;
  readonly day: number;
  readonly marks: Uint8Array;
}

function putPage({ recordId, day, marks }: Page, { db, statements }: Connection): void {
  const row = { rolled_up: 0, marks } as const;
  statements.run(
    db
      .insertInto('uptime_page')
      .values({ record_id: recordId, day, ...row })
      .onConflict((conflict) => conflict.columns(['record_id', 'day']).doUpdateSet(row)),
  );
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array {
  const joined = new Uint8Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
