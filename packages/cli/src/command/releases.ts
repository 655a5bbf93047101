import { listReleases } from '@berth/client/generated/sdk.gen';
import type { Release } from '@berth/spec/release';
import { defineCommand } from '../command.ts';
import { readAll } from '../connection/read-all.ts';
import { exitCode } from '../exit-code.ts';
import { one } from '../operand.ts';
import { value } from '../option.ts';
import { type Column, renderTable } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { count } from '../parse/number.ts';
import { renderAge } from '../render/duration.ts';
import { renderState } from '../render/state.ts';

/** Lists what was deployed. */
export const releasesCommand = defineCommand({
  summary: 'List the releases of an app, newest first',
  operands: { app: one('Its name.') },
  options: { limit: value('-n, --limit <number>', 'At most so many (default: 20).', count) },
  examples: [['berth releases shop', 'What was deployed, and what became of it']],
  async run({ operands, options, session }) {
    const most = options.limit ?? 20;
    const path = { name: operands.app };
    const releases = await readAll((cursor) => {
      const query = { limit: Math.min(1000, Math.max(1, most)), ...(cursor === undefined ? {} : { cursor }) };
      return session.ask((client) => listReleases({ client, path, query }));
    }, most);
    const { output, world } = session;
    output.print(releases, () => renderTable(columns(world.now()), releases.items, output.tableStyle));
    return exitCode.ok;
  },
});

function columns(now: number): readonly Column<Release>[] {
  return [
    { head: 'RELEASE', cell: ({ number }) => String(number), side: 'right' },
    { head: 'STATE', cell: ({ state }, paint) => renderState(state, paint) },
    { head: 'IMAGE', cell: ({ spec }) => spec.image, mayShrink: true },
    { head: 'DIGEST', cell: ({ digest }) => /@sha256:([0-9a-f]{12})/.exec(digest ?? '')?.[1] ?? '' },
    { head: 'BY', cell: ({ createdBy }) => createdBy },
    { head: 'AGE', cell: ({ createdAt }) => renderAge(createdAt, now), side: 'right' },
    { head: 'REASON', cell: ({ reason }) => printable(reason ?? ''), mayShrink: true },
  ];
}
