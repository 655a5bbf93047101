import { readAppHistory } from '@berth/client/generated/sdk.gen';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { one } from '../operand.ts';
import { printable } from '../output/text-width.ts';

/** Shows what visitors asked an app for. */
export const historyCommand = defineCommand({
  summary: 'Show the last requests that went to an app',
  description: 'They are remembered where the route of the app says how many: route.history in its spec.',
  operands: { app: one('Its name.') },
  examples: [['berth history shop', 'When, and which path; oldest first']],
  async run({ operands, session }) {
    const path = { name: operands.app };
    const history = await session.ask((client) => readAppHistory({ client, path }));
    const { output } = session;
    output.print(history, () => history.items.map((item) => `${item.at}  ${printable(item.path)}`).join('\n'));
    if (history.items.length === 0) output.note('Nothing is remembered; route.history of the app says how much is.');
    return exitCode.ok;
  },
});
