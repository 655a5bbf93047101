import { listEvents } from '@berth/client/generated/sdk.gen';
import type { Event } from '@berth/spec/event';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { flag, text, value } from '../option.ts';
import type { Paint } from '../output/paint.ts';
import { padText, printable } from '../output/text-width.ts';
import { count } from '../parse/number.ts';
import type { Session } from '../session.ts';

/** Shows what happened, and what happens. */
export const eventsCommand = defineCommand({
  summary: 'Show what happened, and follow what happens',
  options: {
    app: text('--app <app>', 'Only what is about this app.'),
    follow: flag('-f, --follow', 'Go on with what happens from now on.'),
    limit: value('-n, --limit <number>', 'At most so many of the past (default: 20).', count),
    after: value('--after <id>', 'All that is kept behind this event.', count),
  },
  examples: [
    ['berth events --app shop', 'What happened to one app'],
    ['berth events -f -n 0', 'Only what happens from now on'],
    ['berth events -f --json', 'For a program; --after resumes behind an id'],
  ],
  async run({ options, session }) {
    const { app, follow, limit = 20, after } = options;
    const past = await readPast(session, { app, after, limit: after === undefined ? limit : Infinity });
    for (const event of past.events) show(session, event);
    if (!follow) return exitCode.ok;
    const daemon = await session.daemon();
    for await (const { data } of daemon.follow({ path: '/v1/events', query: { app, after: past.lastId } }))
      show(session, JSON.parse(data) as Event);
    return exitCode.ok;
  },
});

interface Past {
  readonly events: readonly Event[];
  /** Where to go on; undefined when nothing ever happened. */
  readonly lastId: number | undefined;
}

/** The API pages from the oldest on, so the last ones are what is left at the end. */
async function readPast(
  session: Session,
  wish: { app: string | undefined; after: number | undefined; limit: number },
): Promise<Past> {
  const events: Event[] = [];
  let after = wish.after ?? 0;
  for (;;) {
    const query = { after, limit: 1000, ...(wish.app === undefined ? {} : { app: wish.app }) };
    const page = await session.ask((client) => listEvents({ client, query }));
    events.push(...page.items);
    if (events.length > wish.limit) events.splice(0, events.length - wish.limit);
    const last = page.items.at(-1)?.id;
    if (last !== undefined) after = last;
    if (page.next === null) return { events, lastId: after === 0 ? undefined : after };
  }
}

function show({ output }: Session, event: Event): void {
  output.print(event, () => renderEvent(event, output.paint));
}

function renderEvent({ at, kind, app, detail }: Event, paint: Paint): string {
  const tone = /failed|lost|unhealthy/.test(kind)
    ? 'bad'
    : /succeeded|serving|healthy|connected/.test(kind)
      ? 'good'
      : 'link';
  return `${paint('dim', at)}  ${paint(tone, padText(kind, 20))}  ${app === null ? '' : `${paint('strong', app)}  `}${printable(detail)}`;
}
