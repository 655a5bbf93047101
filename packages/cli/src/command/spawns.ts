import { listSpawns, removeSpawn } from '@berth/client/generated/sdk.gen';
import type { Spawn } from '@berth/spec/spawn';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { several } from '../operand.ts';
import { text } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { renderAge } from '../render/duration.ts';
import { renderState } from '../render/state.ts';
import { removeEach } from './remove-each.ts';

const lsCommand = defineCommand({
  summary: 'List spawns, oldest first',
  aliases: ['list'],
  options: {
    template: text('--template <name>', 'Only those of this template.'),
    user: text('--user <user>', 'Only those for this user.'),
  },
  examples: [['berth spawns --template lab', 'Who has one']],
  async run({ options: { template, user }, session }) {
    const query = { ...(template === undefined ? {} : { template }), ...(user === undefined ? {} : { user }) };
    const spawns = await session.ask((client) => listSpawns({ client, query }));
    const { output, world } = session;
    const { items } = spawns;
    output.print(spawns, () => (items.length === 0 ? '' : renderTable(columns(world.now()), items, output.tableStyle)));
    if (items.length === 0) output.note('There are no spawns. `berth spawn <template>` makes one.');
    return exitCode.ok;
  },
});

const rmCommand = defineCommand({
  summary: 'End spawns, with their volumes',
  aliases: ['remove'],
  operands: { ids: several('Their ids.') },
  examples: [['berth spawns rm 0f3a…', 'Makes room for the next']],
  run: ({ operands, session }) =>
    removeEach(session, operands.ids, (client, id) => removeSpawn({ client, path: { id }, query: { wait: '1m' } })),
});

/** Apps that were made of templates. */
export const spawnsGroup: CommandGroup = {
  summary: 'See and end spawns',
  usual: 'ls',
  commands: { ls: lsCommand, rm: rmCommand },
};

function columns(now: number): readonly Column<Spawn>[] {
  return [
    { head: 'SPAWN', cell: ({ id }, paint) => paint('strong', id) },
    { head: 'TEMPLATE', cell: ({ template }) => template },
    { head: 'USER', cell: ({ user, owner }) => printable(user ?? owner) },
    { head: 'STATE', cell: ({ state }, paint) => renderState(state, paint) },
    { head: 'URL', cell: ({ url }) => url ?? '' },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
  ];
}
