import { spawnApp } from '@berth/client/generated/sdk.gen';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { one } from '../operand.ts';
import { flag, many, text } from '../option.ts';
import { pair } from '../parse/assignment.ts';

/** Calls are cut off a minute later. */
const longestWait = '4m';

/** Makes an app of a template, and waits until it takes connections. */
export const spawnCommand = defineCommand({
  summary: 'Make an app of a template, at an address that nobody can guess',
  operands: { template: one('The name of the template; `berth templates` lists them.') },
  options: {
    user: text('--user <user>', 'Whose it is; for administrators.'),
    parameter: many('-p, --parameter <name=value>', 'What fills a hole of the template.', pair),
    detach: flag('--detach', 'Do not wait until it takes connections.'),
  },
  examples: [
    ['berth spawn lab', 'Wait, and print the address'],
    ['berth spawn lab --user ada -p size=big', 'For somebody else, and not as usual'],
  ],
  async run({ operands: { template }, options: { user, parameter, detach }, session }) {
    const body = { template, parameters: Object.fromEntries(parameter), ...(user === undefined ? {} : { user }) };
    const wait = detach ? '0' : longestWait;
    const spawn = await session.ask((client) => spawnApp({ client, query: { wait }, body }));
    const { output } = session;
    output.print(spawn, () => spawn.url ?? spawn.id);
    if (spawn.state !== 'running')
      output.note(`${output.notePaint('dim', '→')} \`berth status ${spawn.id}\` tells how it goes on.`);
    return exitCode.ok;
  },
});
