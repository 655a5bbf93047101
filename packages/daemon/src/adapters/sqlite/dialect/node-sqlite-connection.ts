import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { storeProblem } from '../store-problem.ts';
import { bindable, type PreparedStatements } from './prepared-statements.ts';

/** Runs kysely's queries on `node:sqlite`; failures come out as problems. */
export class NodeSqliteConnection implements DatabaseConnection {
  readonly #statements: PreparedStatements;

  constructor(statements: PreparedStatements) {
    this.#statements = statements;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const statement = this.#statements.prepare(sql);
      if (statement.columns().length > 0) return { rows: statement.all(...bindable(parameters)) as Row[] };
      const { changes, lastInsertRowid } = statement.run(...bindable(parameters));
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw storeProblem(error);
    }
  }

  async *streamQuery<Row>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    // Its own statement: one of the cache could be run again while this one is half read.
    const statement = this.#statements.database.prepare(sql);
    for (const row of statement.iterate(...bindable(parameters))) yield { rows: [row as Row] };
  }
}
