import type { BatchResult } from '@berth/spec/action';
import type { Operation } from '@berth/spec/operation';
import { nextSteps } from '../connection/next-step.ts';
import { exitCode } from '../exit-code.ts';
import { refusal } from '../failure.ts';
import { renderComplaint } from '../render/complaint.ts';
import type { Session } from '../session.ts';
import { awaitOperations } from './await-operations.ts';
import { renderEnd } from './progress-text.ts';

export interface ActionOptions {
  /** True: accepted is enough. */
  readonly isDetached: boolean;
  readonly isDryRun: boolean;
}

/** Says how each of several apps fared: what was refused at once, the rest when it has ended. 1 when any of them failed. */
export async function reportResults(
  session: Session,
  results: readonly BatchResult[],
  options: ActionOptions,
): Promise<number> {
  await reportRefusals(session, results);
  const ended = await awaitOrShow(
    session,
    results.flatMap(({ operation }) => operation ?? []),
    options,
  );
  const byId = new Map(ended.map((operation) => [operation.id, operation]));
  const whole = results.map(({ app, operation: accepted, problem }): BatchResult => {
    const operation = byId.get(accepted?.id ?? '') ?? accepted;
    return { app, operation, problem: problem ?? operation?.problem ?? null };
  });
  if (session.output.isJson) session.output.print({ results: whole }, () => '');
  return whole.some(({ problem }) => problem !== null) ? exitCode.failed : exitCode.ok;
}

async function reportRefusals(session: Session, results: readonly BatchResult[]): Promise<void> {
  const { place } = await session.daemon();
  const { notePaint: paint } = session.output;
  for (const { app, problem } of results) {
    if (problem === null) continue;
    const { complaint } = refusal(problem, nextSteps(problem, place));
    session.output.note(renderComplaint({ ...complaint, title: `${app}  ${complaint.title}` }, paint));
  }
}

function awaitOrShow(
  session: Session,
  operations: readonly Operation[],
  options: ActionOptions,
): Promise<readonly Operation[]> {
  const { output } = session;
  if (!options.isDryRun && !options.isDetached) return awaitOperations(session, operations, { reportsEnds: true });
  const render = (operation: Operation): string =>
    options.isDryRun ? renderDryRun(operation) : renderEnd(operation, output.paint);
  if (!output.isJson) output.write(operations.map(render).join('\n'));
  return Promise.resolve(operations);
}

/** What a dry run found. */
export function renderDryRun({ app, kind }: Operation): string {
  return `${app}  ${kind} could be done; nothing was changed`;
}
