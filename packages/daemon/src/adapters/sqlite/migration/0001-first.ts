import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The first schema. A migration is never edited once released: it names its tables itself, not by `Schema`. */
export const first: Migration = {
  async up(db: Kysely<unknown>) {
    await createAppTables(db);
    await createLedgerTables(db);
    await createAccessTables(db);
  },
};

async function createAppTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('app')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('target_release', 'integer')
    .addColumn('serving_release', 'integer')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('domain')
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('path_prefix', 'text', (column) => column.notNull())
    .addColumn('app_id', 'text', (column) => column.notNull().references('app.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('domain_address', ['host', 'path_prefix'])
    .execute();
  await db.schema.createIndex('domain_by_app').on('domain').column('app_id').execute();
  await db.schema
    .createTable('release')
    .addColumn('app_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('release_number', ['app_id', 'number'])
    .execute();
}

async function createLedgerTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operation')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('app_id', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('ended_at', 'integer')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('operation_by_app').on('operation').columns(['app_id', 'id']).execute();
  await db.schema.createIndex('operation_by_owner').on('operation').columns(['owner', 'id']).execute();
  await db.schema.createIndex('operation_by_end').on('operation').column('ended_at').execute();
  await db.schema
    .createTable('event')
    .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('app', 'text')
    .addColumn('owner', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('event_by_app')
    .on('event')
    .columns(['app', 'id'])
    .where(sql`app`, 'is not', null)
    .execute();
  await db.schema
    .createIndex('event_by_owner')
    .on('event')
    .columns(['owner', 'id'])
    .where(sql`owner`, 'is not', null)
    .execute();
  await db.schema.createIndex('event_by_time').on('event').column('at').execute();
}

async function createAccessTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('token')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('token_by_user').on('token').column('user').execute();
  await db.schema
    .createTable('credential')
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('credential_name', ['owner', 'name'])
    .execute();
  await db.schema
    .createTable('answer')
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('answer_key', ['user', 'key'])
    .execute();
  await db.schema.createIndex('answer_by_time').on('answer').column('at').execute();
}
