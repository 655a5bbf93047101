/** One server-sent event (WHATWG HTML, 9.2), its data not yet parsed. */
export interface ServerSentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** The events in a body, as they come. A last one without its blank line is dropped, as the standard says. */
export async function* readServerSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
  let fields = noFields();
  for await (const line of readLines(body)) {
    if (line === '') {
      if (fields.data.length > 0) yield { ...fields, data: fields.data.join('\n') };
      fields = { ...noFields(), id: fields.id };
    } else takeField(fields, line);
  }
}

interface Fields {
  id: string;
  event: string;
  readonly data: string[];
}

function noFields(): Fields {
  return { id: '', event: 'message', data: [] };
}

/** A line that begins with a colon is a comment. */
function takeField(fields: Fields, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') fields.data.push(value);
  else if (name === 'event') fields.event = value;
  else if (name === 'id') fields.id = value;
}

async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of body) {
    const lines = (begun + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    begun = lines.pop() ?? '';
    yield* lines;
  }
}
