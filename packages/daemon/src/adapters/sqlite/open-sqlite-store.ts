import { Kysely } from 'kysely';
import type { Store } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { createNodeSqliteDialect } from './dialect/node-sqlite-dialect.ts';
import { PreparedStatements } from './dialect/prepared-statements.ts';
import { migrate } from './migration/migrate.ts';
import { migrations } from './migration/migration-table.ts';
import { openDatabase } from './open-database.ts';
import { SqliteStore } from './sqlite-store.ts';
import { storeProblem } from './store-problem.ts';

/**
 * Opens the store in `file`, makes it where there is none, and brings an older one up to date. One process at a time can
 * have it: another one's opening fails after `lockWaitMs`, long enough for a daemon that is just ending to let go.
 */
export async function openSqliteStore(file: string, options: { readonly lockWaitMs?: number } = {}): Promise<Store> {
  const connection = connect(file, options.lockWaitMs ?? 5000);
  try {
    return await openOn(connection);
  } catch (error) {
    await connection.db.destroy();
    throw storeProblem(error, `The store ${file}`);
  }
}

/** The database behind a store; closing `db` closes it. */
export function connect(file: string, lockWaitMs: number): Connection {
  const statements = new PreparedStatements(openDatabase(file, lockWaitMs));
  return { db: new Kysely({ dialect: createNodeSqliteDialect(statements) }), statements };
}

/** The store on a database, brought up to date. */
export async function openOn(connection: Connection): Promise<Store> {
  return new SqliteStore(connection, await migrate(connection.db as Kysely<unknown>, migrations));
}
