import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../connection.ts';
import { connect } from '../open-sqlite-store.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migration-table.ts';

let folder: string;
let connection: Connection;
let db: Kysely<unknown>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-migrate-'));
  connection = connect(join(folder, 'store.db'), 100);
  db = connection.db as Kysely<unknown>;
});
afterEach(async () => {
  await db.destroy();
  await rm(folder, { recursive: true });
});

const names = Object.keys(migrations);
const upTo = (count: number) => Object.fromEntries(Object.entries<Migration>(migrations).slice(0, count));
const describeSchema = async () =>
  (await sql<{ sql: string }>`select sql from sqlite_master where sql is not null order by name`.execute(db)).rows;

test('the steps are numbered from one up, without a gap', () => {
  expect(names.map((name) => name.slice(0, 5))).toEqual(names.map((_, index) => `${index + 1}-`.padStart(5, '0')));
});

test.each(names.map((_, version) => version))('a store of version %d is brought to the newest', async (version) => {
  await migrate(db, upTo(version));
  expect(await migrate(db, migrations)).toBe(version === 0);
  const stepped = await describeSchema();
  const other = connect(join(folder, 'other.db'), 100);
  await migrate(other.db as Kysely<unknown>, migrations);
  await connection.db.destroy();
  db = other.db as Kysely<unknown>;
  expect(await describeSchema()).toEqual(stepped);
});

test('the newest version is left as it is', async () => {
  await migrate(db, migrations);
  const before = await describeSchema();
  expect(await migrate(db, migrations)).toBe(false);
  expect(await describeSchema()).toEqual(before);
});

test('records are there after a later step', async () => {
  await migrate(db, migrations);
  const user = connection.db.selectFrom('user');
  await connection.db.insertInto('user').values({ name: 'ada', body: '{}' }).execute();
  const later: Migration = {
    up: (schema) => schema.schema.alterTable('user').addColumn('note', 'text').execute(),
  };
  expect(await migrate(db, { ...migrations, '9000-later': later })).toBe(false);
  expect(await user.selectAll().execute()).toEqual([{ name: 'ada', body: '{}', note: null }]);
});

test('apps of before are as they were: brought to visitors in the usual way, open, and without end', async () => {
  await migrate(db, upTo(2));
  const app = { id: 'a', name: 'shop', target_release: null, serving_release: null };
  await connection.db
    .insertInto('app')
    .values({ ...app, body: '{"name":"shop","domains":[]}' })
    .execute();
  await migrate(db, migrations);
  const { body } = await connection.db.selectFrom('app').select('body').executeTakeFirstOrThrow();
  expect(JSON.parse(body)).toEqual({ name: 'shop', domains: [], route: {}, maintenance: null, life: {}, spawn: null });
});

test('a step that fails leaves the store at the version it had', async () => {
  await migrate(db, migrations);
  const before = await describeSchema();
  const failing: Migration = {
    async up(schema) {
      await schema.schema.alterTable('user').addColumn('note', 'text').execute();
      await schema.schema.alterTable('nothing').addColumn('note', 'text').execute();
    },
  };
  await expect(migrate(db, { ...migrations, '9000-failing': failing })).rejects.toMatchObject({ code: 'internal' });
  expect(await describeSchema()).toEqual(before);
  await migrate(db, migrations);
});

test('a store of a newer Berth is refused with both versions', async () => {
  await migrate(db, { ...migrations, '9000-later': { up: async () => {} } });
  const known = names.length;
  await expect(migrate(db, migrations)).rejects.toThrow(`schema version 9000, this Berth knows up to version ${known}`);
});
