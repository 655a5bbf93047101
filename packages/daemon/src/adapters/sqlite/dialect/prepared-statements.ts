import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Compilable } from 'kysely';

/**
 * Runs queries on one connection, at once and to the end, with each text prepared only once. The texts are few because
 * no query holds a list of varying length; that keeps the cache small without a limit.
 */
export class PreparedStatements {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** The statement for `sql`, which must not be left half read. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** Every row of a query. */
  all<Row>(query: Compilable<Row>): Row[] {
    const { sql, parameters } = query.compile();
    return this.prepare(sql).all(...bindable(parameters)) as Row[];
  }

  /** Performs a write. */
  run(query: Compilable): void {
    const { sql, parameters } = query.compile();
    this.prepare(sql).run(...bindable(parameters));
  }
}

/** What kysely gives as parameters is what the queries put in: text, numbers and null, which is what SQLite binds. */
export function bindable(parameters: readonly unknown[]): readonly SQLInputValue[] {
  return parameters as readonly SQLInputValue[];
}
