import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App } from '../core/app.ts';
import type { UptimeMark } from '../core/uptime.ts';
import { type Actor, authorize } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';

export interface UptimeImport {
  readonly app: App;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly added: number;
}

/** Adds what somebody else recorded before the app's own record begins; for administrators. What was recorded stays as it is. */
export async function importUptime(
  context: Context,
  actor: Actor,
  { name, marks }: { readonly name: string; readonly marks: readonly UptimeMark[] },
): Promise<UptimeImport> {
  authorize(actor, { scope: 'admin', owner: null });
  const app = getApp(context.ledger.books, actor, { name, scope: 'admin' });
  requireOrder(marks);
  const record = context.uptime.find(app.id);
  if (record === undefined) {
    const detail = `Nothing of "${name}" is recorded yet; try again once its engine was seen.`;
    throw new Problem('wrong-state', detail, { facts: { app: name } });
  }
  const earlier = marks.filter(({ at }) => at < record.begunAt);
  await context.uptime.begin(app.id, earlier);
  return { app, since: context.uptime.find(app.id)?.begunAt ?? record.begunAt, added: earlier.length };
}

function requireOrder(marks: readonly UptimeMark[]): void {
  const late = marks.findIndex(({ at }, index) => at <= (marks[index - 1]?.at ?? -1));
  if (late >= 0) throw fieldProblem(`marks.${late}.at`, 'must be after the one before, and after 1970');
}
