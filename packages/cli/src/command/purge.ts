import { purgeApps } from '@berth/client/generated/sdk.gen';
import type { BatchResult } from '@berth/spec/action';
import { defineCommand } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { flag, many, text, value } from '../option.ts';
import { reportResults } from '../operation/report-results.ts';
import { confirm } from '../output/prompt.ts';
import { anyText } from '../parse/any-text.ts';
import { seconds } from '../parse/span.ts';
import type { Session } from '../session.ts';
import { changeOptions } from './plain-action.ts';

/** Removes apps by what they are, not by their names. */
export const purgeCommand = defineCommand({
  summary: 'Remove all apps that have certain labels, or that nobody used for a while',
  description: 'With both, those for which both holds. Their volumes stay unless you say otherwise.',
  options: {
    label: many('--label <name[=value]>', 'Those that have this label.', anyText),
    idle: value('--idle <duration>', 'Those without a request or an open connection for so long.', seconds),
    owner: text('--owner <user>', 'Those of this user; for administrators.'),
    allVolumes: flag('--all-volumes', 'Remove their volumes with them, and the data.'),
    yes: flag('-y, --yes', 'Do not ask before they go.'),
    ...changeOptions,
  },
  examples: [
    ['berth purge --label course=2026 --dry-run', 'Which ones would go'],
    ['berth purge --idle 7d --yes', 'What nobody used for a week'],
  ],
  async run({ options, session }) {
    const { yes, dryRun, detach } = options;
    const purge = askFor(session, options);
    if (!yes && !dryRun) await askFirst(session, await purge(true));
    const results = await purge(dryRun);
    if (results.length === 0) session.output.note('No app is meant by that.');
    return reportResults(session, results, { isDetached: detach, isDryRun: dryRun });
  },
});

interface Meant {
  readonly label: readonly string[];
  readonly idle: number | undefined;
  readonly owner: string | undefined;
  readonly allVolumes: boolean;
}

/** The call, to be made for a look first. */
function askFor(session: Session, { label: labels, idle, owner, allVolumes }: Meant) {
  if (labels.length === 0 && idle === undefined) throw usageFailure('Purge which apps?', ['--label, --idle or both.']);
  const body = {
    labels: [...labels],
    volumes: allVolumes ? ('remove' as const) : ('keep' as const),
    ...(idle === undefined ? {} : { idleSeconds: idle }),
    ...(owner === undefined ? {} : { owner }),
  };
  return async (isDry: boolean): Promise<readonly BatchResult[]> => {
    const { results } = await session.ask((client) => purgeApps({ client, query: { dryRun: isDry }, body }));
    return results;
  };
}

async function askFirst({ world }: Session, results: readonly BatchResult[]): Promise<void> {
  const names = results.map(({ app }) => app);
  const answer = await confirm(world, `Remove ${names.length} apps: ${names.join(', ') || 'none'}?`);
  if (answer === undefined) throw usageFailure('Nobody is here to be asked', ['Say so with --yes, or try --dry-run.']);
  if (!answer) throw usageFailure('Nothing was removed');
}
