import type { ActionVerb } from '@berth/spec/action';
import { type AnyCommand, defineCommand } from '../command.ts';
import { several } from '../operand.ts';
import { flag } from '../option.ts';
import { actOnApps } from '../operation/act-on-apps.ts';

/** The options of everything that changes an app. */
export const changeOptions = {
  detach: flag('--detach', 'Do not wait for the end.'),
  dryRun: flag('--dry-run', 'Check whether it could be done, and change nothing.'),
};

/** A verb that needs nothing but the apps. */
export function plainAction(verb: ActionVerb, summary: string): AnyCommand {
  return defineCommand({
    summary,
    operands: { apps: several('Names of apps; they are acted on side by side.') },
    options: changeOptions,
    examples: [
      [`berth ${verb} shop`, 'One app'],
      [`berth ${verb} shop api`, 'Several at once, one line each'],
    ],
    run: ({ operands, options, session }) =>
      actOnApps(session, [{ verb, apps: operands.apps }], { isDetached: options.detach, isDryRun: options.dryRun }),
  });
}
