import type { ProblemDocument } from '@berth/spec/problem-document';
import type { Client } from './generated/client/index.ts';
import type {
  Event,
  ListEventsData,
  LogLine,
  ReadAppLogsData,
  ReadAppStatsData,
  StatsPage,
} from './generated/types.gen.ts';

/** A stream was refused, or broke off, and why. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  /** What the daemon said; undefined when the connection broke. */
  readonly problem: ProblemDocument | undefined;

  constructor(message: string, problem?: ProblemDocument) {
    super(message);
    this.problem = problem;
  }
}

interface Following {
  readonly client: Client;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
}

/** Events as they happen; behind `after` where it is given. To go on after a break, give the `id` of the last one. */
export function followEvents({
  client,
  signal,
  ...query
}: Following & NonNullable<ListEventsData['query']>): AsyncGenerator<Event, void> {
  return follow<Event>({ client, signal, url: '/v1/events', query });
}

/** What the instances of an app write; with `follow`, also what they will. */
export function followAppLogs({
  client,
  signal,
  name,
  ...query
}: Following & { name: string } & NonNullable<ReadAppLogsData['query']>): AsyncGenerator<LogLine, void> {
  return follow<LogLine>({ client, signal, url: '/v1/apps/{name}/logs', path: { name }, query });
}

/** What the instances of an app use, a page of samples each second. */
export function followAppStats({
  client,
  signal,
  name,
}: Following & { name: string } & NonNullable<ReadAppStatsData['query']>): AsyncGenerator<StatsPage, void> {
  return follow<StatsPage>({ client, signal, url: '/v1/apps/{name}/stats', path: { name } });
}

interface StreamRequest {
  readonly client: Client;
  readonly signal: AbortSignal | undefined;
  readonly url: string;
  readonly path?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
}

async function* follow<Item>({ client, signal, ...request }: StreamRequest): AsyncGenerator<Item, void> {
  const controller = new AbortController();
  const stop = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
  const { data, error, response } = await client.get<{ 200: ReadableStream<Uint8Array> }, ProblemDocument>({
    security: [{ scheme: 'bearer', type: 'http' }],
    ...request,
    headers: { accept: 'text/event-stream' },
    parseAs: 'stream',
    signal: stop,
  });
  if (stop.aborted) return;
  if (response?.ok !== true || data === undefined) throw refusal(error);
  try {
    yield* readItems<Item>(data, stop);
  } finally {
    controller.abort();
  }
}

async function* readItems<Item>(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Item, void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = '';
  while (true) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      if (signal.aborted) return { done: true, value: undefined } as const;
      throw new StreamError(`The stream broke off: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (done) return;
    const blocks = (text + value).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield* readBlock<Item>(block);
  }
}

/** One event of the stream; comments hold none. */
function* readBlock<Item>(block: string): Generator<Item, void> {
  const data = /^data: (.*)$/m.exec(block)?.[1];
  if (data === undefined) return;
  const item: unknown = JSON.parse(data);
  if (/^event: problem$/m.test(block)) throw refusal(item);
  yield item as Item;
}

function refusal(error: unknown): StreamError {
  const problem =
    typeof error === 'object' && error !== null && 'code' in error ? (error as ProblemDocument) : undefined;
  const reason = error instanceof Error ? error.message : 'there was no answer';
  return new StreamError(problem?.detail ?? `The daemon cannot be reached: ${reason}`, problem);
}
