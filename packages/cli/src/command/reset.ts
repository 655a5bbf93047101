import { defineCommand } from '../command.ts';
import { several } from '../operand.ts';
import { actOnApps } from '../operation/act-on-apps.ts';
import { flag } from '../option.ts';
import { changeOptions } from './plain-action.ts';

/** Makes the instances anew. */
export const resetCommand = defineCommand({
  summary: 'Begin anew: what is in no volume is gone',
  description: 'The instances are stopped and new ones made of the same release. Those of a stopped app stay stopped.',
  operands: { apps: several('Names of apps; they are acted on side by side.') },
  options: { ...changeOptions, stopped: flag('--stopped', 'Make the new instances, and do not start them.') },
  examples: [
    ['berth reset shop', 'One app'],
    ['berth reset shop api', 'Several at once, one line each'],
    ['berth reset shop --stopped', 'As it was when it was new, until somebody starts it'],
  ],
  run: ({ operands, options, session }) =>
    actOnApps(session, [{ verb: 'reset', apps: operands.apps, ...(options.stopped ? { started: false } : {}) }], {
      isDetached: options.detach,
      isDryRun: options.dryRun,
    }),
});
