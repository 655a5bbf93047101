import { getAppStatus } from '@berth/client/generated/sdk.gen';
import type { LogLine } from '@berth/spec/stats';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { one } from '../operand.ts';
import { flag, text, value } from '../option.ts';
import { count } from '../parse/number.ts';
import { moment } from '../parse/span.ts';
import { renderLogLine } from '../render/log-line.ts';
import type { Session } from '../session.ts';

const followedTail = 100;

/** Shows what an app writes. */
export const logsCommand = defineCommand({
  summary: 'Show what an app writes',
  description: 'Lines of several instances are in the order of time, each behind the id of its instance.',
  operands: { app: one('Its name.') },
  options: {
    follow: flag('-f, --follow', 'Go on with what is written from now on, also by new instances.'),
    tail: value(
      '-n, --tail <lines>',
      `Only so many last lines (default: all, and ${followedTail} with --follow).`,
      count,
    ),
    since: value('--since <moment>', 'Only later lines: 10m ago, or a time.', moment),
    until: value('--until <moment>', 'Only earlier lines.', moment),
    timestamps: flag('-t, --timestamps', 'Say when each line was written.'),
    instance: text('--instance <id>', 'Only those of one instance; `berth status` shows the ids.'),
  },
  examples: [
    ['berth logs shop', 'All that is kept'],
    ['berth logs -f shop', 'The last lines, and then what comes'],
    ['berth logs shop --since 10m -t', 'The last ten minutes, with times'],
  ],
  async run({ operands: { app }, options, session }) {
    const { follow, tail = follow ? followedTail : undefined, since, until, timestamps, instance } = options;
    const query = { follow, tail, since, until, timestamps, instance };
    const daemon = await session.daemon();
    const show = await createDisplay(session, { app, instance });
    for await (const { data } of daemon.follow({ path: `/v1/apps/${encodeURIComponent(app)}/logs`, query })) {
      show(JSON.parse(data) as LogLine);
    }
    return exitCode.ok;
  },
});

/** Names stand in front as soon as there is more than one instance to tell apart. */
async function createDisplay(
  session: Session,
  wish: { app: string; instance: string | undefined },
): Promise<(line: LogLine) => void> {
  const { output } = session;
  if (output.isJson) return (line) => output.print(line, () => '');
  const seen = new Set<string>();
  if (wish.instance === undefined) {
    const { instances } = await session.ask((client) => getAppStatus({ client, path: { name: wish.app } }));
    for (const { id } of instances) seen.add(id);
  }
  return (line) => {
    seen.add(line.instance);
    const style = { paint: output.paint, hasNames: seen.size > 1, isTerminal: output.isTerminal };
    // An empty line is a line too.
    output.writeRaw(`${renderLogLine(line, style)}\n`);
  };
}
