import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** One table for the small records that are kept whole. */
export const shelf: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('shelf')
      .addColumn('shelf', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addUniqueConstraint('shelf_key', ['shelf', 'key'])
      .execute();
  },
};
