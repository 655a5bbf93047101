import { defineCommand } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { several } from '../operand.ts';
import { actOnApps } from '../operation/act-on-apps.ts';
import { parseScaleTargets } from '../parse/scale-target.ts';
import { changeOptions } from './plain-action.ts';

/** Sets how many instances apps have. */
export const scaleCommand = defineCommand({
  summary: 'Set how many instances an app has',
  operands: { targets: several('APP NUMBER, or APP=NUMBER for each of several.') },
  options: changeOptions,
  examples: [
    ['berth scale shop 3', 'Three instances'],
    ['berth scale shop=3 api=2', 'Several apps at once'],
  ],
  run({ operands, options, session }) {
    const targets = parseScaleTargets(operands.targets);
    if (targets === undefined)
      throw usageFailure('Scale which app to how many?', ['`berth scale shop 3`, or `berth scale shop=3 api=2`']);
    const actions = [...Map.groupBy(targets, ({ replicas }) => replicas)].map(([replicas, group]) => ({
      verb: 'scale' as const,
      replicas,
      apps: group.map(({ app }) => app),
    }));
    return actOnApps(session, actions, { isDetached: options.detach, isDryRun: options.dryRun });
  },
});
