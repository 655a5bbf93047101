import type { Kysely } from 'kysely';
import type { PreparedStatements } from './dialect/prepared-statements.ts';
import type { Schema } from './schema.ts';

/** The one connection, seen in two ways: `db` builds queries, `statements` runs them at once, without a pause. */
export interface Connection {
  readonly db: Kysely<Schema>;
  readonly statements: PreparedStatements;
}
