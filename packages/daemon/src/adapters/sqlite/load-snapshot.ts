import { type ExpressionBuilder, sql } from 'kysely';
import type { Snapshot } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { parseRecord } from './record.ts';
import type { Schema } from './schema.ts';

/** Reads what is kept in memory, all of one moment: nothing is awaited in between. */
export function loadSnapshot({ db, statements }: Connection): Snapshot {
  const [first] = statements.all(db.selectFrom('event').select('id').orderBy('id').limit(1));
  const [last] = statements.all(db.selectFrom('event').select('id').orderBy('id', 'desc').limit(1));
  const underWay = db.selectFrom('operation').select('body').where('ended_at', 'is', null).orderBy('id');
  return {
    apps: statements.all(db.selectFrom('app').select('body')).map(parseRecord),
    releases: statements.all(selectCurrentReleases(db)).map(parseRecord),
    operations: statements.all(underWay).map(parseRecord),
    users: statements.all(db.selectFrom('user').select('body')).map(parseRecord),
    tokens: statements.all(db.selectFrom('token').select('body')).map(parseRecord),
    credentials: statements.all(db.selectFrom('credential').select('body')).map(parseRecord),
    certificates: statements.all(db.selectFrom('certificate').select('body').orderBy('id')).map(parseRecord),
    authorities: statements.all(db.selectFrom('authority').select('body')).map(parseRecord),
    shelfItems: statements.all(db.selectFrom('shelf').select('body').orderBy(sql`rowid`)).map(parseRecord),
    firstEventId: first?.id ?? 0,
    lastEventId: last?.id ?? 0,
  };
}

function selectCurrentReleases(db: Connection['db']) {
  return db
    .selectFrom('app')
    .innerJoin('release', 'release.app_id', 'app.id')
    .select('release.body')
    .where((is) =>
      is.or([
        is('release.number', '=', is.ref('app.target_release')),
        is('release.number', '=', is.ref('app.serving_release')),
        is('release.number', '=', selectNewestNumber(is)),
      ]),
    );
}

function selectNewestNumber(is: ExpressionBuilder<Schema, 'app'>) {
  const ofApp = is.selectFrom('release as newest').whereRef('newest.app_id', '=', 'app.id');
  return ofApp.select(({ fn }) => fn.max('newest.number').as('number'));
}
