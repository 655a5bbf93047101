import { listEngines } from '@berth/client/generated/sdk.gen';
import type { Engine } from '@berth/spec/engine';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { renderBytes } from '../render/bytes.ts';
import { renderState } from '../render/state.ts';

/** Lists the Docker engines behind the daemon. */
export const enginesCommand = defineCommand({
  summary: 'List the Docker engines, and how they are',
  aliases: ['engine'],
  examples: [['berth engines', 'Are they connected?']],
  async run({ session }) {
    const engines = await session.ask((client) => listEngines({ client }));
    const { output } = session;
    output.print(engines, () => renderTable(columns, engines.items, output.tableStyle));
    return exitCode.ok;
  },
});

const columns: readonly Column<Engine>[] = [
  { head: 'ENGINE', cell: ({ name, isDefault }, paint) => `${paint('strong', name)}${isDefault ? ' *' : ''}` },
  { head: 'STATE', cell: ({ state }, paint) => renderState(state, paint) },
  { head: 'MODE', cell: ({ mode }) => mode },
  { head: 'VERSION', cell: ({ version }) => version ?? '' },
  { head: 'SYSTEM', cell: ({ operatingSystem }) => operatingSystem ?? '', mayShrink: true },
  { head: 'CPUS', cell: ({ cpus }) => (cpus === null ? '' : String(cpus)), side: 'right' },
  { head: 'MEMORY', cell: ({ memoryBytes }) => (memoryBytes === null ? '' : renderBytes(memoryBytes)), side: 'right' },
  { head: 'INSTANCES', cell: ({ instances }) => String(instances), side: 'right' },
  { head: 'REASON', cell: ({ reason }) => printable(reason ?? ''), mayShrink: true },
];
