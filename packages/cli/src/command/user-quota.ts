import { getUser, putUser } from '@berth/client/generated/sdk.gen';
import type { UserDetail } from '@berth/spec/access';
import type { Quota } from '@berth/spec/quota';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one } from '../operand.ts';
import { flag, value } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { count, decimal } from '../parse/number.ts';
import { size } from '../parse/size.ts';
import { renderBytes } from '../render/bytes.ts';

/** Shows what a user's apps come to and may come to, and changes the latter. */
export const quotaCommand = defineCommand({
  summary: 'Show what a user’s apps come to and may come to, or change the latter',
  description:
    'What is not named stays as it is. Apps that are stopped have no instances, processors or memory. A quota that is lowered stops nothing.',
  operands: { name: one('Whose.') },
  options: {
    apps: value('--apps <count>', 'Apps, or `none` for any number.', orNone(count)),
    replicas: value('--replicas <count>', 'Instances of them all, or `none`.', orNone(count)),
    cpus: value('--cpus <number>', 'Processors they may use, or `none`.', orNone(decimal)),
    memoryBytes: value('--memory <size>', 'Memory they may use, or `none`.', orNone(size)),
    domains: value('--domains <count>', 'Domains beside their own hosts, or `none`.', orNone(count)),
    usual: flag('--usual', 'As the settings have it for everybody.'),
    unlimited: flag('--unlimited', 'No quota at all.'),
  },
  examples: [
    ['berth users quota ada', 'What Ada has and may have'],
    ['berth users quota ada --apps 5 --memory 2g', 'Two limits of her own; the others stay'],
    ['berth users quota ada --usual', 'No limits of her own any more'],
  ],
  async run({ operands: { name }, options: { usual, unlimited, ...limits }, session }) {
    const given = Object.entries(limits).filter(([, limit]) => limit !== undefined);
    if ([given.length > 0, usual, unlimited].filter(Boolean).length > 1)
      throw usageFailure('Give limits, or --usual, or --unlimited.');
    const show = () => session.ask((client) => getUser({ client, path: { name } }));
    if (given.length > 0 || usual || unlimited) {
      const own = unlimited ? null : usual ? {} : { ...(await show()).ownQuota, ...Object.fromEntries(given) };
      await session.ask((client) => putUser({ client, path: { name }, body: { quota: own } }));
    }
    const user = await show();
    const { output } = session;
    output.print(user, () => renderTable(columns, listLimits(user), output.tableStyle));
    return exitCode.ok;
  },
});

function orNone(format: { readonly expects: string; parse(text: string): number | undefined }) {
  return {
    expects: `${format.expects}, or none`,
    parse: (text: string): number | null | undefined => (text === 'none' ? null : format.parse(text)),
  };
}

interface Limit {
  readonly what: string;
  readonly use: string;
  readonly quota: string;
  readonly isOwn: boolean;
}

const names = {
  apps: 'Apps',
  replicas: 'Instances',
  cpus: 'Processors',
  memoryBytes: 'Memory',
  domains: 'Domains',
} as const satisfies Record<keyof Quota, string>;

function listLimits({ use, quota, ownQuota }: UserDetail): Limit[] {
  return (Object.keys(names) as (keyof Quota)[]).map((kind) => {
    const render = kind === 'memoryBytes' ? renderBytes : String;
    const limit = quota[kind];
    const isOwn = ownQuota[kind] !== undefined;
    return { what: names[kind], use: render(use[kind]), quota: limit === null ? 'any' : render(limit), isOwn };
  });
}

const columns: readonly Column<Limit>[] = [
  { head: 'WHAT', cell: ({ what }, paint) => paint('strong', what) },
  { head: 'IN USE', cell: ({ use }) => use, side: 'right' },
  { head: 'QUOTA', cell: ({ quota }) => quota, side: 'right' },
  { head: 'FROM', cell: ({ isOwn }) => (isOwn ? 'the user' : 'the settings') },
];
