import { addDomain, getApp, listDomains, removeDomain } from '@berth/client/generated/sdk.gen';
import type { DomainRouteInput } from '@berth/client/generated/types.gen';
import type { Redirect } from '@berth/spec/app-route';
import type { Domain } from '@berth/spec/domain';
import type { Operation } from '@berth/spec/operation';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one } from '../operand.ts';
import { choice, flag, text } from '../option.ts';
import { reportResults } from '../operation/report-results.ts';
import { type Column, renderTable } from '../output/table.ts';
import { domain } from '../parse/domain.ts';
import { renderState } from '../render/state.ts';
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
    redirectTo: text(
      '--redirect-to <address>',
      'Send visitors there, with the rest of their path; none reaches the app.',
    ),
    redirectStatus: choice(
      '--redirect-status <301|302|307|308>',
      'How it is said that it is elsewhere (default: 308).',
      ['301', '302', '307', '308'],
    ),
    dropPath: flag('--drop-path', 'Send all visitors to the very address of --redirect-to.'),
    requireTls: flag('--require-tls', 'Send visitors who come by http to https.'),
    allowHttp: flag('--allow-http', 'Serve visitors who come by http, whatever edge.redirectToHttps has.'),
    force: flag('--force', 'Take it from the app that has it, if that one is yours too.'),
    ...changeOptions,
  },
  examples: [
    ['berth domains add shop shop.example.org', 'A host'],
    ['berth domains add viewer data.example.org/viewer', 'A path of a host'],
    ['berth domains add shop old.example.org --redirect-to https://shop.example.org', 'A host that moved'],
    ['berth domains add shop shop.example.org --require-tls', 'From http to https; also for a domain that is there'],
  ],
  async run({ operands: given, options, session }) {
    const { force, dryRun, detach } = options;
    const body = { ...parse(given.domain), ...manner(options) };
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

const columns: readonly Column<Domain>[] = [
  { head: 'HOST', cell: ({ host }, paint) => paint('link', host) },
  { head: 'PATH', cell: ({ pathPrefix }) => pathPrefix },
  { head: 'PREFIX', cell: ({ stripPrefix }) => (stripPrefix ? 'taken off' : '') },
  { head: 'HTTPS', cell: renderTlsWish },
  {
    head: 'CERTIFICATE',
    cell: ({ certificate: { state } }, paint) => (state === 'none' ? '' : renderState(state, paint)),
  },
  { head: 'LEADS TO', cell: ({ redirect }, paint) => (redirect === undefined ? '' : paint('link', redirect.to)) },
];

interface MannerOptions {
  readonly stripPrefix: boolean;
  readonly requireTls: boolean;
  readonly allowHttp: boolean;
  readonly redirectTo: string | undefined;
  readonly redirectStatus: '301' | '302' | '307' | '308' | undefined;
  readonly dropPath: boolean;
}

function renderTlsWish({ requireTls }: Domain): string {
  if (requireTls === undefined) return '';
  return requireTls ? 'required' : 'as they come';
}

/** How the domain leads to the app, or away from it. */
function manner({
  stripPrefix,
  requireTls,
  allowHttp,
  redirectTo,
  redirectStatus,
  dropPath,
}: MannerOptions): Omit<DomainRouteInput, 'host'> {
  if (redirectTo === undefined && (redirectStatus !== undefined || dropPath))
    throw usageFailure('Redirect to where?', ['`--redirect-to https://shop.example.org`']);
  if (requireTls && allowHttp) throw usageFailure('--require-tls and --allow-http exclude each other');
  const status = Number(redirectStatus ?? 308) as Redirect['status'];
  return {
    stripPrefix,
    ...(requireTls || allowHttp ? { requireTls } : {}),
    ...(redirectTo === undefined ? {} : { redirect: { to: redirectTo, status, keepPath: !dropPath } }),
  };
}

function parse(words: string): { host: string; pathPrefix: string } {
  const parsed = domain.parse(words);
  if (parsed === undefined) throw usageFailure(`A domain must be ${domain.expects}, not "${words}"`);
  return parsed;
}

function report(session: Session, operation: Operation, options: Parameters<typeof reportResults>[2]): Promise<number> {
  return reportResults(session, [{ app: operation.app, operation, problem: null }], options);
}
