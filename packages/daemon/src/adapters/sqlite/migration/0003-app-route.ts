import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Apps learn how visitors are brought to them, and what visitors read while an app is being worked on. */
export const appRoute: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`update app set body = json_set(body, '$.route', json('{}'), '$.maintenance', json('null'))`.execute(db);
  },
};
