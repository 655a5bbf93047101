import { addDomain, getApp, listDomains, removeDomain } from '@berth/client/generated/sdk.gen';
import type { DomainRoute } from '@berth/spec/app-spec';
import type { Operation } from '@berth/spec/operation';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one } from '../operand.ts';
import { flag } from '../option.ts';
import { reportResults } from '../operation/report-results.ts';
import { type Column, renderTable } from '../output/table.ts';
import { domain } from '../parse/domain.ts';
import type { Session } from '../session.ts';
import { changeOptions } from './plain-action.ts';

const operands = { app: one('The name of the app.'), domain: one('The host, with a path behind it if you like.') };

const lsCommand = defineCommand({
  summary: 'List the domains of an app, beside its own address',
  aliases: ['list'],
  operands: { app: operands.app },
  examples: [['berth domains ls shop', 'What leads to it']],
  async run({ operands: { app: name }, session }) {
    const path = { name };
    const page = await session.ask((client) => listDomains({ client, path }));
    const { output } = session;
    output.print(page, () => (page.items.length === 0 ? '' : renderTable(columns, page.items, output.tableStyle)));
    if (page.items.length > 0 || output.isJson) return exitCode.ok;
    const { url } = await session.ask((client) => getApp({ client, path }));
    output.note(
      `${name} has no domains${url === null ? '' : ` beside ${url}`}. Add one: \`berth domains add ${name} shop.example.org\``,
    );
    return exitCode.ok;
  },
});

const addCommand = defineCommand({
  summary: 'Let a host, or a path of one, lead to an app',
  operands,
  options: {
    stripPrefix: flag('--strip-prefix', 'Take the path off before the request reaches the app.'),
    force: flag('--force', 'Take it from the app that has it, if that one is yours too.'),
    ...changeOptions,
  },
  examples: [
    ['berth domains add shop shop.example.org', 'A host'],
    ['berth domains add viewer data.example.org/viewer', 'A path of a host'],
  ],
  async run({ operands: given, options, session }) {
    const { stripPrefix, force, dryRun, detach } = options;
    const body = { ...parse(given.domain), stripPrefix };
    const operation = await session.ask((client) =>
      addDomain({ client, path: { name: given.app }, query: { force, dryRun }, body }),
    );
    return report(session, operation, { isDetached: detach, isDryRun: dryRun });
  },
});

const rmCommand = defineCommand({
  summary: 'Take a domain away from an app',
  aliases: ['remove'],
  operands,
  options: changeOptions,
  examples: [['berth domains rm shop shop.example.org', 'It leads nowhere from then on']],
  async run({ operands: given, options: { dryRun, detach }, session }) {
    const query = { ...parse(given.domain), dryRun };
    const operation = await session.ask((client) => removeDomain({ client, path: { name: given.app }, query }));
    return report(session, operation, { isDetached: detach, isDryRun: dryRun });
  },
});

/** The hosts and paths that lead to apps. */
export const domainsGroup: CommandGroup = {
  summary: 'See and change the domains that lead to an app',
  aliases: ['domain'],
  commands: { ls: lsCommand, add: addCommand, rm: rmCommand },
};

const columns: readonly Column<DomainRoute>[] = [
  { head: 'HOST', cell: ({ host }, paint) => paint('link', host) },
  { head: 'PATH', cell: ({ pathPrefix }) => pathPrefix },
  { head: 'PREFIX', cell: ({ stripPrefix }) => (stripPrefix ? 'taken off' : '') },
];

function parse(text: string): { host: string; pathPrefix: string } {
  const parsed = domain.parse(text);
  if (parsed === undefined) throw usageFailure(`A domain must be ${domain.expects}, not "${text}"`);
  return parsed;
}

function report(session: Session, operation: Operation, options: Parameters<typeof reportResults>[2]): Promise<number> {
  return reportResults(session, [{ app: operation.app, operation, problem: null }], options);
}
