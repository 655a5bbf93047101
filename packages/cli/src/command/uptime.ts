import { readAppUptime } from '@berth/client/generated/sdk.gen';
import type { InstanceUptime, Uptime, UptimeBucket, UptimeInterval } from '@berth/spec/uptime';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { one } from '../operand.ts';
import { flag, text, value } from '../option.ts';
import { renderFields } from '../output/fields.ts';
import type { Output } from '../output/output.ts';
import { type Column, renderTable } from '../output/table.ts';
import { duration, moment } from '../parse/span.ts';
import { renderDuration } from '../render/duration.ts';
import { renderState } from '../render/state.ts';

/** Shows when an app ran. */
export const uptimeCommand = defineCommand({
  summary: 'Show when an app ran and when it did not',
  description:
    'From what Berth observed, to the second. Time in which Berth or the engine did not run is unknown, not down; a stop that was asked for is stopped or paused.',
  operands: { app: one('Its name.') },
  options: {
    since: value('--since <moment>', 'From then on: 7d ago, or a time (default: 30d).', moment),
    until: value('--until <moment>', 'Until then (default: now).', moment),
    step: value('--step <duration>', 'In parts of this length, in place of every change.', duration),
    instance: text('--instance <id>', 'Only this instance.'),
    instances: flag('--instances', 'Also each instance of that time.'),
  },
  examples: [
    ['berth uptime shop', 'The last 30 days'],
    ['berth uptime shop --since 7d --step 1d', 'A week, day by day'],
    ['berth uptime shop --json', 'The same for a program'],
  ],
  async run({ operands, options: { since, until, step, instance, instances }, session }) {
    const given = Object.entries({ since, until, step, instance }).filter(([, wish]) => wish !== undefined);
    const query = { ...Object.fromEntries(given), instances };
    const uptime = await session.ask((client) => readAppUptime({ client, path: { name: operands.app }, query }));
    session.output.print(uptime, () => renderUptime(uptime, session.output));
    if (uptime.next !== null) session.output.note(`There is more: go on with --since ${uptime.next}`);
    return exitCode.ok;
  },
});

function renderUptime(uptime: Uptime, { paint, tableStyle }: Output): string {
  const { availability, seconds, states, intervals, buckets, instances } = uptime;
  const kinds = Object.entries(states).filter(([state, length]) => !plain.has(state) && length > 0);
  const fields = renderFields(
    [
      ['Since', uptime.since],
      ['Until', uptime.until],
      ['Availability', renderShare(availability)],
      ['Running', renderLength(seconds.running)],
      ['Not running', renderLength(seconds.notRunning)],
      ...kinds.map(([state, length]) => [`  ${state}`, renderLength(length)] as const),
      ['Unknown', renderLength(seconds.unknown)],
    ],
    paint,
  );
  const tables = [
    ...(intervals === null ? [] : [renderTable(intervalColumns, intervals, tableStyle)]),
    ...(buckets === null ? [] : [renderTable(bucketColumns, buckets, tableStyle)]),
    ...(instances === null ? [] : [renderTable(instanceColumns, instances, tableStyle)]),
  ];
  return [paint('strong', uptime.app), fields, ...tables.filter((table) => table !== '')].join('\n\n');
}

/** Those that stand in a line of their own. */
const plain: ReadonlySet<string> = new Set(['running', 'unknown']);

const intervalColumns: readonly Column<UptimeInterval>[] = [
  { head: 'SINCE', cell: ({ since }) => since },
  { head: 'STATE', cell: ({ state }, paint) => renderState(state, paint) },
  {
    head: 'FOR',
    cell: ({ since, until }) => renderDuration(Date.parse(until) - Date.parse(since)),
    side: 'right',
  },
];

const shareColumns: readonly Column<UptimeBucket>[] = [
  { head: 'AVAILABLE', cell: ({ availability }) => renderShare(availability), side: 'right' },
  { head: 'RUNNING', cell: ({ seconds }) => renderLength(seconds.running), side: 'right' },
  { head: 'NOT RUNNING', cell: ({ seconds }) => renderLength(seconds.notRunning), side: 'right' },
  { head: 'UNKNOWN', cell: ({ seconds }) => renderLength(seconds.unknown), side: 'right' },
];

const bucketColumns: readonly Column<UptimeBucket>[] = [{ head: 'SINCE', cell: ({ since }) => since }, ...shareColumns];

const instanceColumns: readonly Column<InstanceUptime>[] = [
  { head: 'INSTANCE', cell: ({ instance }) => instance.slice(0, 12) },
  { head: 'RELEASE', cell: ({ release }) => String(release), side: 'right' },
  { head: 'SINCE', cell: ({ since }) => since },
  { head: 'REMOVED', cell: ({ endedAt }) => endedAt ?? '' },
  ...shareColumns,
];

function renderShare(availability: number | null): string {
  return availability === null ? 'not known' : `${availability} %`;
}

function renderLength(seconds: number): string {
  return seconds === 0 ? '' : renderDuration(seconds * 1000);
}
