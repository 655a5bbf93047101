import { listApps, readAppStats, readAppStatsHistory } from '@berth/client/generated/sdk.gen';
import type { InstanceStats } from '@berth/spec/stats';
import { defineCommand } from '../command.ts';
import { readAll } from '../connection/read-all.ts';
import { exitCode } from '../exit-code.ts';
import { rest } from '../operand.ts';
import { flag, negation, text, value } from '../option.ts';
import { Screen } from '../output/screen.ts';
import { renderTable } from '../output/table.ts';
import { duration, moment } from '../parse/span.ts';
import { type AppSample, statsColumns } from '../render/stats.ts';
import type { Session } from '../session.ts';
import { renderStatsHistory } from '../render/stats-history.ts';

/** Shows what apps use. */
export const statsCommand = defineCommand({
  summary: 'Watch what apps use: processor, memory, network, disk',
  description: 'In a terminal the table is drawn anew each second, until Ctrl-C; elsewhere there is one sample.',
  operands: { apps: rest('Names of apps (default: all that run).') },
  options: {
    stream: negation('--no-stream', 'Print one sample and end.'),
    history: flag('--history', 'What was used in the last day.'),
    since: value('--since <moment>', 'With --history: from then on (default: 1h).', moment),
    until: value('--until <moment>', 'With --history: until then (default: now).', moment),
    step: value('--step <duration>', 'With --history: in steps of 10s to 50s, or of whole minutes.', duration),
    instance: text('--instance <id>', 'With --history: only this instance.'),
  },
  examples: [
    ['berth stats', 'Everything that runs'],
    ['berth stats shop --no-stream', 'One sample of one app'],
    ['berth stats shop --json', 'One line a second for a program'],
    ['berth stats shop --history --since 1d', 'A day at a glance'],
  ],
  async run({ operands, options, session }) {
    const apps = operands.apps.length > 0 ? operands.apps : await listRunning(session);
    if (options.history) return showHistory(session, apps, options);
    if (options.stream && session.output.isJson)
      return follow(session, apps, (samples) => samples.forEach((sample) => session.output.print(sample, () => '')));
    return options.stream && session.output.isTerminal ? followOnScreen(session, apps) : showOnce(session, apps);
  },
});

interface HistoryWish {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly step: string | undefined;
  readonly instance: string | undefined;
}

async function showHistory(
  session: Session,
  apps: readonly string[],
  { since, until, step, instance }: HistoryWish,
): Promise<number> {
  const given = Object.entries({ since, until, step, instance }).filter(([, wish]) => wish !== undefined);
  const query = Object.fromEntries(given);
  const items = await Promise.all(
    apps.map((name) => session.ask((client) => readAppStatsHistory({ client, path: { name }, query }))),
  );
  session.output.print({ items, next: null }, () =>
    items.map((history) => renderStatsHistory(history, session.output)).join('\n\n'),
  );
  if (items.some(({ kept }) => !kept)) session.output.note('No history is kept: stats.history is off.');
  return exitCode.ok;
}

async function listRunning(session: Session): Promise<readonly string[]> {
  const { items } = await readAll((cursor) =>
    session.ask((client) => listApps({ client, query: { limit: 1000, ...(cursor === undefined ? {} : { cursor }) } })),
  );
  return items.filter(({ ready }) => ready > 0).map(({ name }) => name);
}

async function showOnce(session: Session, apps: readonly string[]): Promise<number> {
  const pages = await Promise.all(
    apps.map(async (app) => {
      const { items } = await session.ask((client) => readAppStats({ client, path: { name: app } }));
      return (items as readonly InstanceStats[]).map((sample) => ({ ...sample, app }));
    }),
  );
  const samples = pages.flat();
  session.output.print({ items: samples, next: null }, () =>
    samples.length === 0 ? '' : renderTable(statsColumns, samples, session.output.tableStyle),
  );
  if (samples.length === 0) session.output.note('Nothing runs.');
  return exitCode.ok;
}

async function followOnScreen(session: Session, apps: readonly string[]): Promise<number> {
  const { output, world } = session;
  const latest = new Map<string, readonly AppSample[]>();
  const screen = new Screen(world.output);
  try {
    return await follow(session, apps, (samples, app) => {
      latest.set(app, samples);
      const rows = apps.flatMap((name) => latest.get(name) ?? []);
      screen.draw(
        rows.length === 0 ? 'Nothing runs. Ctrl-C ends this.' : renderTable(statsColumns, rows, output.tableStyle),
      );
    });
  } finally {
    screen.close();
  }
}

/** One stream for each app; ends when all of them have ended. */
async function follow(
  session: Session,
  apps: readonly string[],
  show: (samples: readonly AppSample[], app: string) => void,
): Promise<number> {
  const daemon = await session.daemon();
  await Promise.all(
    apps.map(async (app) => {
      const path = `/v1/apps/${encodeURIComponent(app)}/stats`;
      for await (const { data } of daemon.follow({ path, query: { follow: true } })) {
        const { items } = JSON.parse(data) as { items: readonly InstanceStats[] };
        show(
          items.map((sample) => ({ ...sample, app })),
          app,
        );
      }
    }),
  );
  return exitCode.ok;
}
