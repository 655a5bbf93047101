import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Store } from '../../ports/store.ts';
import { pruneReleases } from './prune-releases.ts';
import { dropUptimePages, dropUptimeRecords, rollUpPages } from './prune-uptime.ts';
import type { Schema } from './schema.ts';

// Small enough that no request waits long behind one batch: a few milliseconds.
const batchSize = 500;

type Limits = Parameters<Store['prune']>[0];
type Drop = () => Promise<bigint>;

/** Drops what is older than the limits, a batch at a time with other work let through in between, until `isEnding`. */
export async function prune(db: Kysely<Schema>, limits: Limits, isEnding: () => boolean): Promise<void> {
  const drops: Drop[] = [
    () => dropEvents(db, limits.eventsBeforeMs),
    () => dropOperations(db, limits.operationsBeforeMs),
    () => dropAnswers(db, limits.answersBeforeMs),
    () => dropUptimeRecords(db, limits.uptimeBeforeMs),
    () => dropUptimePages(db, limits.uptimeBeforeMs),
    () => rollUpPages(db, limits.uptimeExactBeforeMs),
  ];
  for (const drop of drops) {
    while (!isEnding() && (await drop()) > 0n) await nextTurn();
  }
  await pruneReleases(db, Math.max(1, limits.releasesPerApp), isEnding);
}

/** The newest event stays however old it is: ids are counted on from it, and must not start again. */
async function dropEvents(db: Kysely<Schema>, beforeMs: number): Promise<bigint> {
  const old = db
    .selectFrom('event')
    .select('id')
    .where('at', '<', beforeMs)
    .where('id', '<', (query) => query.selectFrom('event').select(({ fn }) => fn.max('id').as('id')))
    .limit(batchSize);
  return (await db.deleteFrom('event').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
}

async function dropOperations(db: Kysely<Schema>, beforeMs: number): Promise<bigint> {
  const old = db.selectFrom('operation').select('id').where('ended_at', '<', beforeMs).limit(batchSize);
  return (await db.deleteFrom('operation').where('id', 'in', old).executeTakeFirst()).numDeletedRows;
}

async function dropAnswers(db: Kysely<Schema>, beforeMs: number): Promise<bigint> {
  const old = db.selectFrom('answer').select(['user', 'key']).where('at', '<', beforeMs).limit(batchSize);
  const dropping = db
    .deleteFrom('answer')
    .where((is) => is(is.refTuple('user', 'key'), 'in', old.$asTuple('user', 'key')));
  return (await dropping.executeTakeFirst()).numDeletedRows;
}
