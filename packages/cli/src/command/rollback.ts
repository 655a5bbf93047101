import { defineCommand } from '../command.ts';
import { several } from '../operand.ts';
import { value } from '../option.ts';
import { actOnApps } from '../operation/act-on-apps.ts';
import { count } from '../parse/number.ts';
import { changeOptions } from './plain-action.ts';

/** Deploys an older release again. */
export const rollbackCommand = defineCommand({
  summary: 'Deploy an older release again, to the very image',
  operands: { apps: several('Names of apps.') },
  options: {
    to: value('--to <release>', 'Its number (default: the one that served before).', count),
    ...changeOptions,
  },
  examples: [
    ['berth rollback shop', 'Back to what served before'],
    ['berth rollback shop --to 3', 'Back to release 3; `berth releases shop` lists them'],
  ],
  run: ({ operands, options, session }) =>
    actOnApps(session, [{ verb: 'rollback', apps: operands.apps, release: options.to }], {
      isDetached: options.detach,
      isDryRun: options.dryRun,
    }),
});
