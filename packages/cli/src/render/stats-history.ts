import type { StatsHistory, StatsPoint } from '@berth/spec/stats';
import type { Output } from '../output/output.ts';
import { type Column, renderTable } from '../output/table.ts';
import { renderBytes } from './bytes.ts';
import { renderSparkline, type Timed } from './sparkline.ts';

const mostCells = 60;

interface Metric {
  readonly name: string;
  readonly values: readonly Timed[];
  readonly line: string;
  readonly render: (value: number) => string;
}

/** A line of bars for each thing that is used, with its last, mean and highest value. */
export function renderStatsHistory(history: StatsHistory, { paint, tableStyle }: Output): string {
  const head = [paint('strong', history.app), history.instance?.slice(0, 12) ?? ''].filter(Boolean).join(' ');
  const time = `${history.since} to ${history.until}, in steps of ${history.stepSeconds} s`;
  if (history.points.length === 0) return `${head}\n${time}\nNothing is known of that time.`;
  return `${head}\n${time}\n\n${renderTable(columns, listMetrics(history), tableStyle)}`;
}

const columns: readonly Column<Metric>[] = [
  { head: '', cell: ({ name }) => name },
  { head: 'HISTORY', cell: ({ line }) => line },
  { head: 'LAST', cell: ({ values, render }) => render(values.at(-1)?.value ?? 0), side: 'right' },
  {
    head: 'MEAN',
    cell: ({ values, render }) => render(values.reduce((sum, { value }) => sum + value, 0) / values.length),
    side: 'right',
  },
  {
    head: 'HIGHEST',
    cell: ({ values, render }) => render(Math.max(...values.map(({ value }) => value))),
    side: 'right',
  },
];

function listMetrics({ since, until, stepSeconds, points }: StatsHistory): Metric[] {
  const window = { since: Date.parse(since), until: Date.parse(until) };
  const steps = Math.ceil((window.until - window.since) / 1000 / stepSeconds);
  const width = Math.max(1, Math.min(mostCells, steps));
  const metric = (name: string, of: (point: StatsPoint) => number, render: Metric['render']): Metric => {
    const values = points.map((point) => ({ at: Date.parse(point.at), value: of(point) }));
    return { name, values, render, line: renderSparkline(values, { ...window, width }) };
  };
  const rate = (bytes: number) => `${renderBytes(bytes / stepSeconds)}/s`;
  return [
    metric(
      'CPU',
      ({ cpuPercent }) => cpuPercent,
      (percent) => `${percent.toFixed(1)} %`,
    ),
    metric('MEMORY', ({ memoryBytes }) => memoryBytes, renderBytes),
    metric('NET IN', ({ networkInBytes }) => networkInBytes, rate),
    metric('NET OUT', ({ networkOutBytes }) => networkOutBytes, rate),
    metric('READ', ({ blockReadBytes }) => blockReadBytes, rate),
    metric('WRITTEN', ({ blockWriteBytes }) => blockWriteBytes, rate),
    metric(
      'PIDS',
      ({ pids }) => pids,
      (count) => String(Math.round(count)),
    ),
  ];
}
