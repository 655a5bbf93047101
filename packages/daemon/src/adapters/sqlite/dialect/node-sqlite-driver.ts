import type { Driver } from 'kysely';
import { NodeSqliteConnection } from './node-sqlite-connection.ts';
import type { PreparedStatements } from './prepared-statements.ts';

/** One connection that is always there: kysely itself lets one user at a time have it. */
export class NodeSqliteDriver implements Driver {
  readonly #statements: PreparedStatements;

  constructor(statements: PreparedStatements) {
    this.#statements = statements;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<NodeSqliteConnection> {
    return new NodeSqliteConnection(this.#statements);
  }

  async beginTransaction(): Promise<void> {
    this.#statements.database.exec('begin immediate');
  }

  async commitTransaction(): Promise<void> {
    this.#statements.database.exec('commit');
  }

  async rollbackTransaction(): Promise<void> {
    // SQLite ends the transaction by itself when the disk is full or fails.
    if (this.#statements.database.isTransaction) this.#statements.database.exec('rollback');
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    if (this.#statements.database.isOpen) this.#statements.database.close();
  }
}
