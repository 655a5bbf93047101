import { Readable } from 'node:stream';

/** How items become bytes on the wire. */
export interface PullOptions<Item> {
  render(item: Item): string;
  /** The last words when the items end in an error. */
  renderError(error: unknown): string;
  /** Sent while there is nothing else to send, so that nobody in between takes the connection for dead. */
  readonly heartbeat?: { readonly text: string; readonly everyMs: number };
}

/** A byte stream that takes the next item only when its reader took the ones before; nothing piles up here. */
export function pullStream<Item>(items: AsyncIterator<Item>, options: PullOptions<Item>): Readable {
  let pulling = false;
  const pull = async (): Promise<void> => {
    if (pulling) return;
    pulling = true;
    const text = await nextText(items, options);
    pulling = false;
    if (stream.destroyed) return;
    if (text.part !== '') stream.push(text.part);
    if (text.done) stream.push(null);
  };
  const stream = new Readable({
    read: () => void pull(),
    destroy: (error, done) => {
      clearInterval(timer);
      leave(items);
      done(error);
    },
  });
  const { heartbeat } = options;
  const beat = (): void => {
    if (stream.readableLength === 0 && !stream.readableEnded) stream.push(heartbeat?.text);
  };
  const timer = heartbeat === undefined ? undefined : setInterval(beat, heartbeat.everyMs).unref();
  stream.once('end', () => clearInterval(timer));
  return stream;
}

/** Whoever still works on the next item is told to stop by its signal; how that ends concerns nobody. */
function leave(items: AsyncIterator<unknown>): void {
  items.return?.().catch(() => {});
}

async function nextText<Item>(
  items: AsyncIterator<Item>,
  options: PullOptions<Item>,
): Promise<{ part: string; done: boolean }> {
  try {
    const { done, value } = await items.next();
    return done === true ? { part: '', done: true } : { part: options.render(value), done: false };
  } catch (error) {
    return { part: options.renderError(error), done: true };
  }
}
