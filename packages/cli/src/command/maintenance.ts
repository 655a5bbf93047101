import { type CommandGroup, defineCommand } from '../command.ts';
import { several } from '../operand.ts';
import { text } from '../option.ts';
import { actOnApps } from '../operation/act-on-apps.ts';
import { changeOptions } from './plain-action.ts';

const usualMessage = 'We are working on it. Please come back in a little while.';
const operands = { apps: several('Names of apps; they are acted on side by side.') };

const onCommand = defineCommand({
  summary: 'Show visitors a message in place of an app',
  description: 'The instances run on, and can be deployed and restarted behind the message.',
  operands,
  options: {
    message: text('-m, --message <sentence>', `What visitors read (default: ${usualMessage})`),
    ...changeOptions,
  },
  examples: [['berth maintenance on shop -m "Back at noon."', 'Visitors read a sentence of yours, with status 503']],
  run: ({ operands: { apps }, options: { message = usualMessage, detach, dryRun }, session }) =>
    actOnApps(session, [{ verb: 'maintenance', apps, message }], { isDetached: detach, isDryRun: dryRun }),
});

const offCommand = defineCommand({
  summary: 'Let visitors in again',
  operands,
  options: changeOptions,
  examples: [['berth maintenance off shop', 'Visitors reach the app again']],
  run: ({ operands: { apps }, options: { detach, dryRun }, session }) =>
    actOnApps(session, [{ verb: 'maintenance', apps, message: null }], { isDetached: detach, isDryRun: dryRun }),
});

/** A message to visitors while an app is being worked on. */
export const maintenanceGroup: CommandGroup = {
  summary: 'Show visitors a message while you work on an app',
  commands: { on: onCommand, off: offCommand },
};
