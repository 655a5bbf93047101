import type { Kysely } from 'kysely';
import { rollUp } from '../../core/uptime-roll-up.ts';
import type { Schema } from './schema.ts';
import { dayOf, marksOf, parsePages, renderPage } from './uptime-page.ts';

const grainMs = 3_600_000;
/** A page holds some bytes or some thousands; a record may have a page for each day that is kept. */
const batchSize = 200;
const recordsAtATime = 20;

/** Drops the records that ended before a time, with their pages. */
export async function dropUptimeRecords(db: Kysely<Schema>, beforeMs: number): Promise<bigint> {
  const old = db.selectFrom('uptime_record').select('id').where('ended_at', '<', beforeMs).limit(recordsAtATime);
  return (await db.deleteFrom('uptime_record').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
}

/** Drops the pages of the days before a time, but the newest of them: it says how the first day that is kept begins. */
export async function dropUptimePages(db: Kysely<Schema>, beforeMs: number): Promise<bigint> {
  const day = dayOf(beforeMs);
  const old = db
    .selectFrom('uptime_page as page')
    .select(['page.record_id', 'page.day'])
    .where('page.rolled_up', 'in', [0, 1])
    .where('page.day', '<', day)
    .where((is) =>
      is.exists(
        is
          .selectFrom('uptime_page as later')
          .select('later.day')
          .where('later.record_id', '=', is.ref('page.record_id'))
          .where('later.day', '>', is.ref('page.day'))
          .where('later.day', '<', day),
      ),
    )
    .limit(batchSize);
  const dropping = db
    .deleteFrom('uptime_page')
    .where((is) => is(is.refTuple('record_id', 'day'), 'in', old.$asTuple('record_id', 'day')));
  return (await dropping.executeTakeFirst()).numDeletedRows;
}

/** Rolls up, by the hour, some pages of days that ended before a time; how many it has gone through. */
export async function rollUpPages(db: Kysely<Schema>, beforeMs: number): Promise<bigint> {
  const pages = await db
    .selectFrom('uptime_page')
    .select(['record_id', 'day', 'marks'])
    .where('rolled_up', '=', 0)
    .where('day', '<', dayOf(beforeMs))
    .limit(batchSize)
    .execute();
  for (const page of pages) {
    const marks = renderPage(page.day, marksOf(rollUp(parsePages([page]), grainMs)));
    const place = db.updateTable('uptime_page').where('record_id', '=', page.record_id).where('day', '=', page.day);
    await place.set({ rolled_up: 1, marks }).execute();
  }
  return BigInt(pages.length);
}
