import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Apps learn when they end by themselves and of what template they were made: those of before never, and of none. */
export const appLife: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`update app set body = json_set(body, '$.life', json('{}'), '$.spawn', json('null'))`.execute(db);
  },
};
