import { listCredentials, putCredential, removeCredential } from '@berth/client/generated/sdk.gen';
import type { Credential } from '@berth/spec/access';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one, several } from '../operand.ts';
import { text } from '../option.ts';
import { readSecret } from '../output/prompt.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { renderAge } from '../render/duration.ts';
import { removeEach } from './remove-each.ts';

const ownerOption = text('--owner <user>', 'Whose it is; for administrators.');

const lsCommand = defineCommand({
  summary: 'List registry credentials, without their passwords',
  aliases: ['list'],
  examples: [['berth credentials', 'Yours; for administrators everybody’s']],
  async run({ session }) {
    const credentials = await session.ask((client) => listCredentials({ client }));
    const { output, world } = session;
    const { items } = credentials;
    output.print(credentials, () =>
      items.length === 0 ? '' : renderTable(columns(world.now()), items, output.tableStyle),
    );
    if (items.length === 0)
      output.note('There are no credentials. Add one: `berth credentials add hub --registry docker.io --username ada`');
    return exitCode.ok;
  },
});

const addCommand = defineCommand({
  summary: 'Keep a registry credential, for --registry-credential',
  description:
    'The password is asked for, or read from standard input; it is never an argument, where others could see it.',
  operands: { name: one('What to call it.') },
  options: {
    registry: text('--registry <host>', 'The registry, such as ghcr.io or registry.example.org:5000.'),
    username: text('-u, --username <name>', 'Who you are there.'),
    owner: ownerOption,
  },
  examples: [
    ['berth credentials add ghcr --registry ghcr.io -u ada', 'Asks for the password'],
    ['berth credentials add ghcr --registry ghcr.io -u ada < password.txt', 'Reads it from a file'],
  ],
  async run({ operands: { name }, options: { registry, username, owner }, session }) {
    if (registry === undefined || username === undefined)
      throw usageFailure('A credential needs --registry and --username');
    const password = await readSecret(session.world, `Password of ${username} at ${registry}`);
    if (password === '') throw usageFailure('There is no password', ['Type it when you are asked, or pipe it in.']);
    const query = owner === undefined ? {} : { owner };
    const body = { registry, username, password };
    const credential = await session.ask((client) => putCredential({ client, path: { name }, query, body }));
    const { output } = session;
    output.print(
      credential,
      () => `${output.paint('good', '✔')} ${output.paint('strong', name)}  kept for ${registry}`,
    );
    return exitCode.ok;
  },
});

const rmCommand = defineCommand({
  summary: 'Forget credentials that no current release names',
  aliases: ['remove'],
  operands: { names: several('Their names.') },
  options: { owner: ownerOption },
  examples: [['berth credentials rm ghcr', 'Images that are here already stay']],
  run: ({ operands, options: { owner }, session }) =>
    removeEach(session, operands.names, (client, name) =>
      removeCredential({ client, path: { name }, query: owner === undefined ? {} : { owner } }),
    ),
});

/** What private images are pulled with. */
export const credentialsGroup: CommandGroup = {
  summary: 'See, add and remove registry credentials',
  aliases: ['credential'],
  usual: 'ls',
  commands: { ls: lsCommand, add: addCommand, rm: rmCommand },
};

function columns(now: number): readonly Column<Credential>[] {
  return [
    { head: 'CREDENTIAL', cell: ({ name }, paint) => paint('strong', name) },
    { head: 'REGISTRY', cell: ({ registry }) => registry },
    { head: 'USERNAME', cell: ({ username }) => printable(username) },
    { head: 'OWNER', cell: ({ owner }) => owner },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
  ];
}
