import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Apps learn when they end by themselves: those of before, never. */
export const appLife: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`update app set body = json_set(body, '$.life', json('{}'))`.execute(db);
  },
};
