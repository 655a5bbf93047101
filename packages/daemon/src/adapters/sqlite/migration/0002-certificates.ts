import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Certificates with their keys, and the accounts at those who issue them. */
export const certificates: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('certificate')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('owner', 'text')
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('certificate_by_owner').on('certificate').column('owner').execute();
    await db.schema
      .createTable('authority')
      .addColumn('directory', 'text', (column) => column.primaryKey().notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
  },
};
