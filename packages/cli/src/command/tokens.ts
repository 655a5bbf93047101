import { createToken, listTokens, removeToken } from '@berth/client/generated/sdk.gen';
import type { Scope, Token } from '@berth/spec/access';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { several } from '../operand.ts';
import { many, text, value } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { words } from '../parse/any-text.ts';
import { seconds } from '../parse/span.ts';
import { renderAge, renderDuration } from '../render/duration.ts';
import { removeEach } from './remove-each.ts';

const lsCommand = defineCommand({
  summary: 'List tokens, without their secrets',
  aliases: ['list'],
  examples: [['berth tokens', 'Yours; for administrators everybody’s']],
  async run({ session }) {
    const tokens = await session.ask((client) => listTokens({ client }));
    const { output, world } = session;
    output.print(tokens, () => renderTable(columns(world.now()), tokens.items, output.tableStyle));
    return exitCode.ok;
  },
});

const createCommand = defineCommand({
  summary: 'Make a token that can do no more than yours',
  description: 'Its secret is printed this once, alone on standard output; only its hash is kept.',
  options: {
    user: text('--user <user>', 'Whose token; for administrators.'),
    label: text('--label <text>', 'What it is for.'),
    scope: many(
      '--scope <scopes>',
      'read, deploy, operate, exec, admin; several by commas (default: all but admin).',
      words,
    ),
    expires: value('--expires <duration>', 'When it ends, such as 90d (default: never).', seconds),
  },
  examples: [
    ['berth tokens create --label ci --scope read,deploy --expires 90d', 'For a pipeline'],
    ['berth tokens create --user ada > ada.token', 'For somebody else'],
  ],
  async run({ options: { user, label, scope, expires }, session }) {
    const scopes = scope.flat() as Scope[];
    const body = {
      ...(user === undefined ? {} : { user }),
      ...(label === undefined ? {} : { label }),
      ...(scopes.length === 0 ? {} : { scopes }),
      ...(expires === undefined ? {} : { expiresInSeconds: expires }),
    };
    const token = await session.ask((client) => createToken({ client, body }));
    const { output, world } = session;
    const end =
      token.expiresAt === null
        ? 'It does not expire.'
        : `It ends in ${renderDuration(Date.parse(token.expiresAt) - world.now())}.`;
    if (!output.isJson)
      output.note(
        `A token of ${token.user} for ${token.scopes.join(', ')}. ${end} Keep it now: it is not shown again.`,
      );
    output.print(token, () => token.secret);
    return exitCode.ok;
  },
});

const rmCommand = defineCommand({
  summary: 'Revoke tokens: they are refused from then on',
  aliases: ['remove', 'revoke'],
  operands: { ids: several('Their ids.') },
  examples: [['berth tokens rm 01999c5e-…', '`berth tokens` lists the ids']],
  run: ({ operands, session }) =>
    removeEach(session, operands.ids, (client, id) => removeToken({ client, path: { id } })),
});

/** What programs and people log in with. */
export const tokensGroup: CommandGroup = {
  summary: 'See, make and revoke tokens',
  aliases: ['token'],
  usual: 'ls',
  commands: { ls: lsCommand, create: createCommand, rm: rmCommand },
};

function columns(now: number): readonly Column<Token>[] {
  return [
    { head: 'TOKEN', cell: ({ id }) => id },
    { head: 'USER', cell: ({ user }, paint) => paint('strong', user) },
    { head: 'LABEL', cell: ({ label }) => printable(label), mayShrink: true },
    { head: 'SCOPES', cell: ({ scopes }) => scopes.join(',') },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
    {
      head: 'USED',
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? 'never' : `${renderAge(lastUsedAt, now)} ago`.replace('now ago', 'now'),
      side: 'right',
    },
    { head: 'ENDS', cell: ({ expiresAt }, paint) => renderEnd(expiresAt, now, paint), side: 'right' },
  ];
}

function renderEnd(expiresAt: string | null, now: number, paint: (tone: 'bad', text: string) => string): string {
  if (expiresAt === null) return 'never';
  const left = Date.parse(expiresAt) - now;
  return left <= 0 ? paint('bad', 'ended') : `in ${renderDuration(left)}`;
}
