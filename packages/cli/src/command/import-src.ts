import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { importAppUptime, listApps } from '@berth/client/generated/sdk.gen';
import type { App } from '@berth/spec/app';
import { defineCommand } from '../command.ts';
import { readAll } from '../connection/read-all.ts';
import { exitCode } from '../exit-code.ts';
import { localFailure } from '../failure.ts';
import { type LogMark, parseSrcLog } from '../import/parse-src-log.ts';
import { one } from '../operand.ts';
import { flag } from '../option.ts';
import { readTextFile } from '../read-text-file.ts';
import type { Session } from '../session.ts';

/** As many as one call takes. */
const mostMarks = 10_000;

/** Adds what the sampler of the SRC Container API wrote to the uptime of the apps that took the containers’ places. */
export const importSrcCommand = defineCommand({
  summary: 'Add the uptime logs of an SRC Container API',
  description:
    'Reads <name>.log for each app, whose times are of this machine’s time zone. Only the time before Berth knew the app is added, and only once. Make the apps first.',
  operands: { folder: one('The folder logs of the original.') },
  options: { dryRun: flag('--dry-run', 'Show what would be added, and add nothing.') },
  examples: [
    ['berth import src src-container-api/logs', 'All logs in it'],
    ['berth import src logs --dry-run', 'What there is'],
  ],
  async run({ operands: { folder }, options: { dryRun }, session }) {
    const names = await findLogs(folder, session);
    const apps = await listAppsByName(session);
    const results: Result[] = [];
    for (const name of names) {
      const result = await importLog(session, { name, app: apps.get(name), path: join(folder, `${name}.log`), dryRun });
      results.push(result);
      if (!session.output.isJson) tell(session, result, dryRun);
    }
    if (session.output.isJson) session.output.print({ results }, () => '');
    return exitCode.ok;
  },
});

interface Result {
  readonly name: string;
  /** Null where there is none. */
  readonly app: string | null;
  /** Changes that were added, or would be. */
  readonly added: number;
  /** Lines that say nothing. */
  readonly unread: number;
}

async function findLogs(folder: string, { world }: Session): Promise<string[]> {
  const files = await readdir(resolve(world.workingFolder, folder)).catch((error: NodeJS.ErrnoException) => {
    throw localFailure('file', { title: `${folder} cannot be read`, detail: error.message }, error);
  });
  return files.flatMap((file) => (file.endsWith('.log') ? [file.slice(0, -'.log'.length)] : [])).toSorted();
}

/** By the name that the SRC Container API has for them, and by their own. */
async function listAppsByName(session: Session): Promise<ReadonlyMap<string, App>> {
  const { items } = await readAll((cursor) =>
    session.ask((client) => listApps({ client, query: { limit: 1000, ...(cursor === undefined ? {} : { cursor }) } })),
  );
  return new Map(
    items.flatMap((app) => [[app.name, app] as const, [app.spec.labels['src.name'] ?? app.name, app] as const]),
  );
}

interface Log {
  readonly name: string;
  readonly app: App | undefined;
  readonly path: string;
  readonly dryRun: boolean;
}

async function importLog(session: Session, { name, app, path, dryRun }: Log): Promise<Result> {
  const { marks, unread } = parseSrcLog(await readTextFile(path, session.world));
  if (app === undefined) return { name, app: null, added: 0, unread };
  const added = dryRun ? marks.length : await send(session, app.name, marks);
  return { name, app: app.name, added, unread };
}

/** The newest first: each call adds what lies before all that is known. */
async function send(session: Session, name: string, marks: readonly LogMark[]): Promise<number> {
  let sent = 0;
  for (let end = marks.length; end > 0; end -= mostMarks) {
    const body = { marks: marks.slice(Math.max(0, end - mostMarks), end).map(renderMark) };
    const { added } = await session.ask((client) => importAppUptime({ client, path: { name }, body }));
    sent += added;
  }
  return sent;
}

function renderMark({ at, state }: LogMark) {
  return { at: new Date(at).toISOString(), state };
}

function tell({ output }: Session, { name, app, added, unread }: Result, dryRun: boolean): void {
  if (app === null) {
    output.note(`left out: ${name}, of which there is no app`);
    return;
  }
  const lines = unread === 0 ? '' : `, ${unread} lines say nothing`;
  output.write(
    `${output.paint('good', '✔')} ${output.paint('strong', app)}  ${added} changes ${dryRun ? 'would be added' : 'added'}${lines}`,
  );
}
