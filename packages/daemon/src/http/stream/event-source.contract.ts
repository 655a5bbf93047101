/** One event, as a browser would tell it. */
export interface TestEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A connection to an event stream; `events` ends when the server ends it. */
export interface TestSource {
  readonly status: number;
  readonly events: AsyncGenerator<TestEvent, void>;
  /** Comments that came so far. */
  readonly comments: () => number;
  close(): void;
}

export async function openSource(
  url: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestSource> {
  const controller = new AbortController();
  const asked = { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers };
  const answer = await fetch(url, { headers: asked, signal: controller.signal });
  let comments = 0;
  return {
    status: answer.status,
    events: readEvents(answer, () => (comments += 1)),
    comments: () => comments,
    close: () => controller.abort(),
  };
}

async function* readEvents(answer: Response, onComment: () => void): AsyncGenerator<TestEvent, void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of answer.body ?? []) {
    text += decoder.decode(bytes as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) onComment();
      else yield parseBlock(block);
    }
  }
}

function parseBlock(block: string): TestEvent {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  return { event: field('event') ?? 'message', id: field('id'), data: JSON.parse(field('data') ?? 'null') };
}

/** The next events, a number of them. */
export async function take(source: TestSource, count: number): Promise<TestEvent[]> {
  const taken: TestEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    const next = await source.events.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
