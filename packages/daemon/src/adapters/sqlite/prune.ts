import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Store } from '../../ports/store.ts';
import type { Schema } from './schema.ts';

// Small enough that no request waits long behind one batch: a few milliseconds.
const batchSize = 500;

type Limits = Parameters<Store['prune']>[0];
type Drop = () => Promise<bigint | undefined>;

/** Drops what is older than the limits, a batch at a time with other work let through in between, until `isEnding`. */
export async function prune(db: Kysely<Schema>, limits: Limits, isEnding: () => boolean): Promise<void> {
  const drops: Drop[] = [
    () => dropEvents(db, limits.eventsBeforeMs),
    () => dropOperations(db, limits.operationsBeforeMs),
    () => dropAnswers(db, limits.answersBeforeMs),
    () => dropReleases(db, Math.max(1, limits.releasesPerApp)),
  ];
  for (const drop of drops) {
    while (!isEnding() && (await drop()) === BigInt(batchSize)) await nextTurn();
  }
}

/** The newest event stays however old it is: ids are counted on from it, and must not start again. */
async function dropEvents(db: Kysely<Schema>, beforeMs: number): Promise<bigint | undefined> {
  const old = db
    .selectFrom('event')
    .select('id')
    .where('at', '<', beforeMs)
    .where('id', '<', (query) => query.selectFrom('event').select(({ fn }) => fn.max('id').as('id')))
    .limit(batchSize);
  return (await db.deleteFrom('event').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
}

async function dropOperations(db: Kysely<Schema>, beforeMs: number): Promise<bigint | undefined> {
  const old = db.selectFrom('operation').select('id').where('ended_at', '<', beforeMs).limit(batchSize);
  return (await db.deleteFrom('operation').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
}

async function dropAnswers(db: Kysely<Schema>, beforeMs: number): Promise<bigint | undefined> {
  const old = sql`select "user", "key" from "answer" where "at" < ${beforeMs} limit ${batchSize}`;
  const { numAffectedRows } = await sql`delete from "answer" where ("user", "key") in (${old})`.execute(db);
  return numAffectedRows;
}

/** Per app the newest superseded and the newest failed ones stay, and what the app refers to; so do all others. */
async function dropReleases(db: Kysely<Schema>, perApp: number): Promise<bigint | undefined> {
  const ranked = sql`select "app_id", "number", "state", row_number() over
    (partition by "app_id", "state" order by "number" desc) as "rank" from "release"`;
  const surplus = sql`select "ranked"."app_id", "ranked"."number" from (${ranked}) as "ranked"
    left join "app" on "app"."id" = "ranked"."app_id"
    where "app"."id" is null or ("rank" > ${perApp} and "state" in ('superseded', 'failed')
      and "number" is not "target_release" and "number" is not "serving_release") limit ${batchSize}`;
  const { numAffectedRows } = await sql`delete from "release" where ("app_id", "number") in (${surplus})`.execute(db);
  return numAffectedRows;
}
