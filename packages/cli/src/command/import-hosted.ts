import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { addDomain, deployApp, getApp, putUser, startApp } from '@berth/client/generated/sdk.gen';
import type { ProblemDocument } from '@berth/spec/problem-document';
import { defineCommand } from '../command.ts';
import { copyIn } from '../copy/copy-in.ts';
import { exitCode } from '../exit-code.ts';
import { Failure, localFailure } from '../failure.ts';
import { type HostedApp, readHosted } from '../import/read-hosted.ts';
import { one } from '../operand.ts';
import { flag, text } from '../option.ts';
import { readTextFile } from '../read-text-file.ts';
import type { Session } from '../session.ts';
import { newTally } from '../tar/tally.ts';

const wait = '10m';

/** Makes the apps of a Hosted Docker API anew, with their domains and what they saved. */
export const importHostedCommand = defineCommand({
  summary: 'Make the apps of a Hosted Docker API',
  description:
    'config.json has their names and domains alone. Their images and variables come from their containers: `docker inspect $(docker ps -aq) $(docker images -q) > engine.json`. An app that Berth has already is left as it is.',
  operands: { config: one('The config.json of the original; - for standard input.') },
  options: {
    inspect: text('--inspect <file>', 'What `docker inspect` says of the containers and images.'),
    saves: text('--saves <folder>', 'The folder saves of the original: <name> goes into the app’s /save.'),
    owner: text('--owner <user>', 'Whose they will be (default: hosted). The user is made.'),
    dryRun: flag('--dry-run', 'Show what would be made, and make nothing.'),
  },
  examples: [
    ['berth import hosted config.json --inspect engine.json --saves saves', 'All apps, with what they saved'],
    ['berth import hosted config.json --inspect engine.json --dry-run', 'What there is'],
  ],
  async run({ operands: { config }, options: { inspect, saves, owner = 'hosted', dryRun }, session }) {
    const read = (path: string) => readTextFile(path, session.world);
    const apps = readHosted(await read(config), inspect === undefined ? undefined : await read(inspect));
    if (!dryRun) await session.ask((client) => putUser({ client, path: { name: owner }, body: {} }));
    const results: Result[] = [];
    for (const app of apps) {
      const result = dryRun ? { app, problem: null } : await tryToMake(session, app, { saves, owner });
      results.push(result);
      if (!session.output.isJson) tell(session, result);
    }
    if (session.output.isJson) session.output.print({ results }, () => '');
    return results.every(({ problem }) => problem === null) ? exitCode.ok : exitCode.failed;
  },
});

interface Result {
  readonly app: HostedApp;
  /** Null when all of it was done. */
  readonly problem: Readonly<Record<string, unknown>> | null;
}

interface Place {
  readonly saves: string | undefined;
  readonly owner: string;
}

async function tryToMake(session: Session, app: HostedApp, place: Place): Promise<Result> {
  try {
    await make(session, app, place);
    return { app, problem: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { app, problem: error.complaint.document };
  }
}

/** What was saved is there before the app first runs. */
async function make(session: Session, app: HostedApp, { saves, owner }: Place): Promise<void> {
  const { name, image, env, port, running } = app;
  if (image === undefined)
    throw localFailure('import', { title: `${name} has no image`, detail: 'Give --inspect, or `image` in its entry.' });
  const folder = await findSaves(session, saves, name);
  const path = { name };
  const body = {
    image,
    env: { ...env },
    owner,
    pull: 'refresh' as const,
    ports: [{ containerPort: port, served: true }],
    volumes: [{ name: 'save', path: '/save' }],
    started: running && folder === undefined,
  };
  const headers = { 'If-None-Match': '*' as const };
  await session.ask((client) => deployApp({ client, path, body, headers, query: { wait } }));
  if (folder !== undefined)
    await copyIn(
      await session.daemon(),
      { from: `${folder}/.`, to: { app: name, path: '/save', instance: undefined } },
      newTally(),
    );
  if (folder !== undefined && running) await session.ask((client) => startApp({ client, path, query: { wait } }));
  await bind(session, app);
}

async function findSaves({ world }: Session, saves: string | undefined, name: string): Promise<string | undefined> {
  if (saves === undefined) return undefined;
  const folder = resolve(world.workingFolder, join(saves, name));
  return access(folder).then(
    () => folder,
    () => undefined,
  );
}

/** All but the app's own host, which it has by itself. */
async function bind(session: Session, { name, domains }: HostedApp): Promise<void> {
  const { url } = await session.ask((client) => getApp({ client, path: { name } }));
  const own = url === null ? undefined : new URL(url).hostname;
  for (const host of domains.filter((domain) => domain !== own))
    await session.ask((client) => addDomain({ client, path: { name }, body: { host }, query: { wait } }));
}

function tell({ output }: Session, { app, problem }: Result): void {
  const { title, detail = title } = (problem ?? {}) as Partial<ProblemDocument>;
  const what = [app.image ?? 'no image', ...app.domains].join('  ');
  if (problem === null) output.write(`${output.paint('good', '✔')} ${output.paint('strong', app.name)}  ${what}`);
  else output.note(`${output.notePaint('bad', '✘')} ${app.name}  ${detail ?? 'was not made'}`);
}
