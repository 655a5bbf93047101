import { removeApp } from '@berth/client/generated/sdk.gen';
import type { BatchResult } from '@berth/spec/action';
import type { ProblemDocument } from '@berth/spec/problem-document';
import { defineCommand } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { several } from '../operand.ts';
import { flag, many } from '../option.ts';
import { reportResults } from '../operation/report-results.ts';
import { confirm } from '../output/prompt.ts';
import { anyText } from '../parse/any-text.ts';
import type { Session } from '../session.ts';
import { changeOptions } from './plain-action.ts';

/** Removes apps; their data only when it is named. */
export const rmCommand = defineCommand({
  summary: 'Remove an app; its volumes stay unless you name them',
  aliases: ['remove'],
  operands: { apps: several('Names of apps.') },
  options: {
    volume: many('--volume <name>', 'Remove this volume with it, and its data.', anyText),
    allVolumes: flag('--all-volumes', 'Remove all its volumes with it, and their data.'),
    yes: flag('-y, --yes', 'Do not ask before data goes.'),
    ...changeOptions,
  },
  examples: [
    ['berth rm shop api', 'Two apps; their volumes stay'],
    ['berth rm db --volume data', 'An app and one of its volumes'],
  ],
  async run({ operands, options, session }) {
    const { volume, allVolumes, yes, dryRun, detach } = options;
    const volumes = allVolumes ? 'all' : volume.join(',');
    if (volumes !== '' && !yes && !dryRun)
      await askFirst(session, operands.apps, allVolumes ? 'all volumes' : `the volumes ${volume.join(', ')}`);
    const query = { dryRun, ...(volumes === '' ? {} : { volumes }) };
    const results = await Promise.all([...new Set(operands.apps)].map((name) => removeOne(session, name, query)));
    return reportResults(session, results, { isDetached: detach, isDryRun: dryRun });
  },
});

async function askFirst(session: Session, apps: readonly string[], what: string): Promise<void> {
  const question = `Remove ${apps.join(', ')} and ${what}? The data cannot be brought back.`;
  const answer = await confirm(session.world, question);
  if (answer === undefined)
    throw usageFailure('Nobody is here to be asked whether the data may go', ['Say so with --yes.']);
  if (!answer) throw usageFailure('Nothing was removed');
}

async function removeOne(
  session: Session,
  name: string,
  query: { dryRun: boolean; volumes?: string },
): Promise<BatchResult> {
  try {
    const operation = await session.ask((client) => removeApp({ client, path: { name }, query }));
    return { app: name, operation, problem: null };
  } catch (error) {
    if (!(error instanceof Failure) || !('status' in error.complaint.document)) throw error;
    return { app: name, operation: null, problem: error.complaint.document as unknown as ProblemDocument };
  }
}
