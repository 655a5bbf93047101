import type { Change } from '../../core/change.ts';
import type { Connection } from './connection.ts';
import { storeProblem } from './store-problem.ts';
import { writeChange } from './write-change.ts';

/** Writes all of the changes in one transaction, or none. What was written is on the disk when this returns. */
export function writeAll(changes: readonly Change[], connection: Connection): void {
  const { statements } = connection;
  try {
    statements.prepare('begin immediate').run();
    for (const change of changes) writeChange(change, connection);
    statements.prepare('commit').run();
  } catch (error) {
    // A full or failing disk has ended the transaction already.
    if (statements.database.isTransaction) statements.prepare('rollback').run();
    throw storeProblem(error);
  }
}
