import type { DatabaseSync } from 'node:sqlite';
import { Problem } from '@berth/spec/problem';
import type { Change } from '../../core/change.ts';
import type { Connection } from './connection.ts';
import { storeProblem } from './store-problem.ts';
import { writeChange } from './write-change.ts';

interface Waiting {
  readonly changes: readonly Change[];
  readonly resolve: () => void;
  readonly reject: (problem: Problem) => void;
}

/**
 * Gathers the commits of one turn of the event loop into one transaction, in the order they came, so that many at once
 * wait for the disk once. Each stands behind a savepoint of its own: one that fails takes no other with it.
 */
export class CommitQueue {
  readonly #connection: Connection;
  readonly #database: DatabaseSync;
  #waiting: Waiting[] = [];
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#database = connection.statements.database;
  }

  /** Resolves once the changes are on the disk. */
  commit(changes: readonly Change[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Problem('shutting-down', 'The store is closed: Berth is ending.');
      this.#waiting.push({ changes, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Writes what is waiting, and takes nothing more. */
  close(): void {
    this.#flush();
    this.#closed = true;
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    try {
      for (const settle of this.#writeAll(waiting)) settle();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback');
      const problem = storeProblem(error);
      for (const { reject } of waiting) reject(problem);
    }
  }

  /** Gives the answers, which may be told only after this has returned. */
  #writeAll(waiting: readonly Waiting[]): (() => void)[] {
    this.#run('begin immediate');
    const answers = waiting.map((one) => this.#writeOne(one));
    this.#run('commit');
    return answers;
  }

  #writeOne({ changes, resolve, reject }: Waiting): () => void {
    this.#run('savepoint one');
    try {
      for (const change of changes) writeChange(change, this.#connection);
      this.#run('release one');
      return resolve;
    } catch (error) {
      // A full or failing disk has ended the whole transaction already.
      if (!this.#database.isTransaction) throw error;
      this.#run('rollback to one');
      this.#run('release one');
      return () => reject(storeProblem(error));
    }
  }

  #run(sql: string): void {
    this.#connection.statements.prepare(sql).run();
  }
}
