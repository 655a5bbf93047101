import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { NodeSqliteDriver } from './node-sqlite-driver.ts';
import type { PreparedStatements } from './prepared-statements.ts';

/** Kysely on `node:sqlite`. Closing the kysely instance closes the database. */
export function createNodeSqliteDialect(statements: PreparedStatements): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new NodeSqliteDriver(statements),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** SQLite can undo a change of the schema, which kysely's own adapter does not make use of. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
