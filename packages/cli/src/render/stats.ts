import type { InstanceStats } from '@berth/spec/stats';
import type { Column } from '../output/table.ts';
import { renderBytes } from './bytes.ts';
import { shortId } from './instance.ts';

/** What one instance of one app uses. */
export interface AppSample extends InstanceStats {
  readonly app: string;
}

/** The columns of a table of what instances use. */
export const statsColumns: readonly Column<AppSample>[] = [
  { head: 'APP', cell: ({ app }, paint) => paint('strong', app) },
  { head: 'INSTANCE', cell: ({ instance }) => shortId(instance) },
  { head: 'CPU', cell: ({ cpuPercent }) => `${cpuPercent.toFixed(1)} %`, side: 'right' },
  { head: 'MEMORY', cell: ({ memoryBytes }) => renderBytes(memoryBytes), side: 'right' },
  {
    head: 'LIMIT',
    cell: ({ memoryLimitBytes }) => (memoryLimitBytes === 0 ? '' : renderBytes(memoryLimitBytes)),
    side: 'right',
  },
  { head: 'NET IN', cell: ({ networkInBytes }) => renderBytes(networkInBytes), side: 'right' },
  { head: 'NET OUT', cell: ({ networkOutBytes }) => renderBytes(networkOutBytes), side: 'right' },
  { head: 'READ', cell: ({ blockReadBytes }) => renderBytes(blockReadBytes), side: 'right' },
  { head: 'WRITTEN', cell: ({ blockWriteBytes }) => renderBytes(blockWriteBytes), side: 'right' },
  { head: 'PIDS', cell: ({ pids }) => String(pids), side: 'right' },
];
