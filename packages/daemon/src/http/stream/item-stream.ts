import type { StreamBody } from '../answer.ts';
import type { Call } from '../endpoint.ts';
import { renderProblem } from '../render-problem.ts';
import { begun } from './begun.ts';
import { pullStream } from './pull-stream.ts';

type StreamCall = Pick<Call<unknown, unknown, unknown, unknown>, 'context' | 'services' | 'method' | 'url'>;

export const eventStreamType = 'text/event-stream';
export const jsonLinesType = 'application/x-ndjson';

/** One server-sent event: how it is named and numbered, where it is. */
export interface EventFrame {
  readonly id?: number;
  readonly event?: string;
  readonly data: unknown;
}

/**
 * Server-sent events (WHATWG HTML, 9.2). A failure on the way is an event `problem`; a comment every few seconds keeps the
 * connection open.
 */
export async function eventStream<Item>(
  call: StreamCall,
  items: AsyncIterable<Item>,
  frame: (item: Item) => EventFrame,
): Promise<StreamBody> {
  const { heartbeatMs = 15_000 } = call.services.options;
  const source = pullStream(await begun(items), {
    render: (item) => renderFrame(frame(item)),
    renderError: (error) => renderFrame({ event: 'problem', data: problemOf(call, error) }),
    heartbeat: { text: ': \n\n', everyMs: heartbeatMs },
  });
  source.push(': \n\n');
  return { mediaType: eventStreamType, source };
}

/** One line each. A failure on the way cuts the stream short, after a line that is its problem. */
export async function lineStream<Item>(
  call: StreamCall,
  items: AsyncIterable<Item>,
  lines: { mediaType: string; render: (item: Item) => string },
): Promise<StreamBody> {
  const source = pullStream(await begun(items), {
    render: (item) => `${lines.render(item)}\n`,
    renderError: (error) => `${JSON.stringify(problemOf(call, error))}\n`,
  });
  return { mediaType: lines.mediaType, source };
}

function problemOf({ context, services, method, url }: StreamCall, error: unknown): unknown {
  return renderProblem(error, { log: services.options.logger, newId: () => context.clock.newId(), method, url })
    .document;
}

/** JSON text holds no line ends, so the data is one line. */
function renderFrame({ id, event, data }: EventFrame): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
  return `${head}data: ${JSON.stringify(data)}\n\n`;
}
