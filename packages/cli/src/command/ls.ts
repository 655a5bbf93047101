import { listApps } from '@berth/client/generated/sdk.gen';
import type { App, AppState } from '@berth/spec/app';
import { defineCommand } from '../command.ts';
import { readAll } from '../connection/read-all.ts';
import { exitCode } from '../exit-code.ts';
import { choice, flag, text } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { renderAge } from '../render/duration.ts';
import { renderState } from '../render/state.ts';
import type { Session } from '../session.ts';

const states = [
  'deploying',
  'running',
  'degraded',
  'crash-looping',
  'completed',
  'paused',
  'stopped',
  'stopping',
  'failed',
  'removing',
  'unknown',
] as const satisfies readonly AppState[];

/** Lists apps. */
export const lsCommand = defineCommand({
  summary: 'List apps and how they are',
  aliases: ['list', 'ps'],
  options: {
    owner: text('--owner <user>', 'Only those of this user.'),
    state: choice('--state <state>', 'Only those in this state: running, stopped, failed, …', states),
    quiet: flag('-q, --quiet', 'Print their names only.'),
  },
  examples: [
    ['berth ls', 'Everything you may see'],
    ['berth ls --state failed', 'What needs a look'],
    ['berth ls --json', 'For a program'],
  ],
  async run({ options: { owner, state, quiet }, session }) {
    const filter = { ...(owner === undefined ? {} : { owner }), ...(state === undefined ? {} : { state }) };
    const apps = await readAll((cursor) =>
      session.ask((client) =>
        listApps({ client, query: { limit: 1000, ...filter, ...(cursor === undefined ? {} : { cursor }) } }),
      ),
    );
    session.output.print(apps, () =>
      quiet ? apps.items.map(({ name }) => name).join('\n') : renderApps(session, apps.items),
    );
    if (apps.items.length === 0 && !quiet) session.output.note(emptyHint(owner ?? state));
    return exitCode.ok;
  },
});

function renderApps({ output, world }: Session, apps: readonly App[]): string {
  return apps.length === 0 ? '' : renderTable(columns(apps, world.now()), apps, output.tableStyle);
}

function columns(apps: readonly App[], now: number): readonly Column<App>[] {
  const hasOwners = new Set(apps.map(({ owner }) => owner)).size > 1;
  return [
    { head: 'NAME', cell: ({ name }, paint) => paint('strong', name) },
    { head: 'STATE', cell: ({ state }, paint) => renderState(state, paint) },
    { head: 'READY', cell: ({ ready, replicas }) => `${ready}/${replicas}`, side: 'right' },
    { head: 'IMAGE', cell: ({ image }) => image, mayShrink: true },
    { head: 'URL', cell: ({ url }, paint) => (url === null ? '' : paint('link', url)) },
    { head: 'OWNER', cell: ({ owner }) => (hasOwners ? owner : '') },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
  ];
}

function emptyHint(filter: string | undefined): string {
  if (filter !== undefined) return 'No app is like that.';
  return 'There are no apps yet. Deploy one: `berth deploy hello --image nginx:1.29`';
}
