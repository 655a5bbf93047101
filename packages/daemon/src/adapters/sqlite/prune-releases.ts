import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

const appsAtATime = 100;
const releasesAtATime = 500;

/** A run of app ids, as they are sorted. */
interface Range {
  readonly after: string;
  readonly to: string;
}

/**
 * Leaves each app its newest superseded and its newest failed releases, `perApp` of either, and what it refers to.
 * Goes through some apps at a time: to rank all releases at once would stop everything else for too long.
 */
export async function pruneReleases(db: Kysely<Schema>, perApp: number, isEnding: () => boolean): Promise<void> {
  let range = await findRange(db, '');
  while (range !== undefined && !isEnding()) {
    const dropped = await dropSurplus(db, perApp, range);
    await nextTurn();
    if (dropped === 0n && !isEnding()) range = await findRange(db, range.to);
  }
}

/** Of the releases, not of the apps: a release may have outlived its app by a hair, and goes too. */
async function findRange(db: Kysely<Schema>, after: string): Promise<Range | undefined> {
  const ids = db.selectFrom('release').select('app_id').distinct().where('app_id', '>', after);
  const to = (await ids.orderBy('app_id').limit(appsAtATime).execute()).at(-1)?.app_id;
  return to === undefined ? undefined : { after, to };
}

async function dropSurplus(db: Kysely<Schema>, perApp: number, { after, to }: Range): Promise<bigint> {
  const ranked = sql`select "app_id", "number", "state", row_number() over
    (partition by "app_id", "state" order by "number" desc) as "rank" from "release"
    where "app_id" > ${after} and "app_id" <= ${to}`;
  const surplus = sql`select "ranked"."app_id", "ranked"."number" from (${ranked}) as "ranked"
    left join "app" on "app"."id" = "ranked"."app_id"
    where "app"."id" is null or ("rank" > ${perApp} and "state" in ('superseded', 'failed')
      and "number" is not "target_release" and "number" is not "serving_release") limit ${releasesAtATime}`;
  const { numAffectedRows } = await sql`delete from "release" where ("app_id", "number") in (${surplus})`.execute(db);
  return numAffectedRows ?? 0n;
}
