import type { Change } from '../../core/change.ts';
import type { Connection } from './connection.ts';
import { renderRecord } from './record.ts';
import { putApp, removeApp } from './write-app.ts';
import { putSeen, putUptime } from './write-uptime.ts';

/** Writes one change, inside a transaction that the caller holds. */
export function writeChange(change: Change, connection: Connection): void {
  const write = writers[change.kind] as (change: Change, connection: Connection) => void;
  write(change, connection);
}

type Writers = {
  readonly [Kind in Change['kind']]: (change: Extract<Change, { kind: Kind }>, connection: Connection) => void;
};

const writers: Writers = {
  'app.put': ({ app }, connection) => putApp(app, connection),
  'app.remove': ({ id }, connection) => removeApp(id, connection),
  'release.put': ({ release }, { db, statements }) => {
    const row = { state: release.state, body: renderRecord(release) };
    statements.run(
      db
        .insertInto('release')
        .values({ app_id: release.appId, number: release.number, ...row })
        .onConflict((conflict) => conflict.columns(['app_id', 'number']).doUpdateSet(row)),
    );
  },
  'operation.put': ({ operation }, { db, statements }) => {
    const row = {
      app_id: operation.appId,
      owner: operation.owner,
      ended_at: operation.endedAt,
      body: renderRecord(operation),
    };
    statements.run(
      db
        .insertInto('operation')
        .values({ id: operation.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row)),
    );
  },
  'event.add': ({ event }, { db, statements }) => {
    const { id, at, app, owner } = event;
    statements.run(db.insertInto('event').values({ id, at, app, owner, body: renderRecord(event) }));
  },
  'user.put': ({ user }, { db, statements }) => {
    const row = { body: renderRecord(user) };
    statements.run(
      db
        .insertInto('user')
        .values({ name: user.name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row)),
    );
  },
  // What a user could come in with goes too, or a later user of the same name would inherit it.
  'user.remove': ({ name }, { db, statements }) => {
    statements.run(db.deleteFrom('user').where('name', '=', name));
    statements.run(db.deleteFrom('token').where('user', '=', name));
    statements.run(db.deleteFrom('credential').where('owner', '=', name));
    statements.run(db.deleteFrom('certificate').where('owner', '=', name));
    statements.run(db.deleteFrom('answer').where('user', '=', name));
  },
  'token.put': ({ token }, { db, statements }) => {
    const row = { user: token.user, body: renderRecord(token) };
    statements.run(
      db
        .insertInto('token')
        .values({ id: token.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row)),
    );
  },
  'token.remove': ({ id }, { db, statements }) => {
    statements.run(db.deleteFrom('token').where('id', '=', id));
  },
  'credential.put': ({ credential }, { db, statements }) => {
    const row = { body: renderRecord(credential) };
    statements.run(
      db
        .insertInto('credential')
        .values({ owner: credential.owner, name: credential.name, ...row })
        .onConflict((conflict) => conflict.columns(['owner', 'name']).doUpdateSet(row)),
    );
  },
  'credential.remove': ({ owner, name }, { db, statements }) => {
    statements.run(db.deleteFrom('credential').where('owner', '=', owner).where('name', '=', name));
  },
  'certificate.put': ({ certificate }, { db, statements }) => {
    const row = { owner: certificate.owner, body: renderRecord(certificate) };
    statements.run(
      db
        .insertInto('certificate')
        .values({ id: certificate.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row)),
    );
  },
  'certificate.remove': ({ id }, { db, statements }) => {
    statements.run(db.deleteFrom('certificate').where('id', '=', id));
  },
  'authority.put': ({ authority }, { db, statements }) => {
    const row = { body: renderRecord(authority) };
    statements.run(
      db
        .insertInto('authority')
        .values({ directory: authority.directory, ...row })
        .onConflict((conflict) => conflict.column('directory').doUpdateSet(row)),
    );
  },
  'shelf.put': ({ item }, { db, statements }) => {
    const row = { body: renderRecord(item) };
    statements.run(
      db
        .insertInto('shelf')
        .values({ shelf: item.shelf, key: item.key, ...row })
        .onConflict((conflict) => conflict.columns(['shelf', 'key']).doUpdateSet(row)),
    );
  },
  'shelf.remove': ({ shelf, key }, { db, statements }) => {
    statements.run(db.deleteFrom('shelf').where('shelf', '=', shelf).where('key', '=', key));
  },
  'answer.put': ({ answer }, { db, statements }) => {
    const row = { at: answer.at, body: renderRecord(answer) };
    statements.run(
      db
        .insertInto('answer')
        .values({ user: answer.user, key: answer.key, ...row })
        .onConflict((conflict) => conflict.columns(['user', 'key']).doUpdateSet(row)),
    );
  },
  'uptime.put': ({ record, marks }, connection) => putUptime(record, marks, connection),
  'uptime.seen': ({ at }, connection) => putSeen(at, connection),
};
