import { exitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { renderComplaint } from '../render/complaint.ts';
import type { Session } from '../session.ts';

type Remove = (
  client: Parameters<Parameters<Session['ask']>[0]>[0],
  name: string,
) => ReturnType<Parameters<Session['ask']>[0]>;

/** Removes several things side by side, one line each; 1 when any of them could not be. */
export async function removeEach(session: Session, names: readonly string[], remove: Remove): Promise<number> {
  const results = await Promise.all([...new Set(names)].map((name) => removeOne(session, name, remove)));
  if (session.output.isJson) session.output.print({ results }, () => '');
  return results.some(({ problem }) => problem !== null) ? exitCode.failed : exitCode.ok;
}

async function removeOne(session: Session, name: string, remove: Remove) {
  const { output } = session;
  try {
    await session.ask((client) => remove(client, name));
    if (!output.isJson) output.write(`${output.paint('good', '✔')} ${output.paint('strong', name)}  removed`);
    return { name, problem: null };
  } catch (error) {
    if (!(error instanceof Failure) || !('status' in error.complaint.document)) throw error;
    const { complaint } = error;
    output.note(renderComplaint({ ...complaint, title: `${name}  ${complaint.title}` }, output.notePaint));
    return { name, problem: complaint.document };
  }
}
