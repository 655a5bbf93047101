import { listUsers, putUser, removeUser } from '@berth/client/generated/sdk.gen';
import type { User } from '@berth/spec/access';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { one, several } from '../operand.ts';
import { choice } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { renderAge } from '../render/duration.ts';
import { quotaCommand } from './user-quota.ts';
import { removeEach } from './remove-each.ts';

const lsCommand = defineCommand({
  summary: 'List users',
  aliases: ['list'],
  examples: [['berth users', 'Everybody, for administrators']],
  async run({ session }) {
    const users = await session.ask((client) => listUsers({ client }));
    const { output, world } = session;
    output.print(users, () => renderTable(columns(world.now()), users.items, output.tableStyle));
    return exitCode.ok;
  },
});

const addCommand = defineCommand({
  summary: 'Make a user, or change the role of one',
  aliases: ['create'],
  operands: { name: one('Lower-case letters, digits and inner . _ @ -') },
  options: {
    role: choice('--role <user|admin>', 'What they may do (default: user, or as it is).', ['user', 'admin']),
  },
  examples: [['berth users add ada', 'Then `berth tokens create --user ada` gives her a token']],
  async run({ operands: { name }, options: { role }, session }) {
    const body = role === undefined ? {} : { role };
    const user = await session.ask((client) => putUser({ client, path: { name }, body }));
    const { output } = session;
    output.print(user, () => `${output.paint('good', '✔')} ${output.paint('strong', user.name)}  ${user.role}`);
    output.note(`${output.notePaint('dim', '→')} \`berth tokens create --user ${user.name}\` makes a token for them.`);
    return exitCode.ok;
  },
});

const rmCommand = defineCommand({
  summary: 'Remove users who have no apps, with their tokens and credentials',
  aliases: ['remove'],
  operands: { names: several('Their names.') },
  examples: [['berth users rm ada', 'Their apps must be gone before']],
  run: ({ operands, session }) =>
    removeEach(session, operands.names, (client, name) => removeUser({ client, path: { name } })),
});

/** Who may use this Berth. */
export const usersGroup: CommandGroup = {
  summary: 'See, make and remove users',
  aliases: ['user'],
  usual: 'ls',
  commands: { ls: lsCommand, add: addCommand, quota: quotaCommand, rm: rmCommand },
};

function columns(now: number): readonly Column<User>[] {
  return [
    { head: 'USER', cell: ({ name }, paint) => paint('strong', name) },
    { head: 'ROLE', cell: ({ role }) => role },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
  ];
}
