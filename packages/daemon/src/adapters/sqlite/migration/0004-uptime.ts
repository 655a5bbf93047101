import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What ran when. Apps of before begin with a record that is unknown until it is first written to. */
export const uptime: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('uptime_record')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('app_id', 'text')
      .addColumn('begun_at', 'integer', (column) => column.notNull())
      .addColumn('ended_at', 'integer')
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('uptime_record_by_app')
      .on('uptime_record')
      .columns(['app_id', 'kind', 'begun_at'])
      .execute();
    await db.schema.createIndex('uptime_record_by_end').on('uptime_record').column('ended_at').execute();
    await db.schema.createIndex('uptime_record_by_kind').on('uptime_record').columns(['kind', 'id']).execute();
    await db.schema
      .createTable('uptime_page')
      .addColumn('record_id', 'text', (column) => column.notNull().references('uptime_record.id').onDelete('cascade'))
      .addColumn('day', 'integer', (column) => column.notNull())
      .addColumn('rolled_up', 'integer', (column) => column.notNull())
      .addColumn('marks', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('uptime_page_day', ['record_id', 'day'])
      .execute();
    await db.schema.createIndex('uptime_page_by_day').on('uptime_page').columns(['rolled_up', 'day']).execute();
    await db.schema
      .createTable('uptime_seen')
      .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .execute();
  },
};
