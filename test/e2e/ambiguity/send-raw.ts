import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a visitor saw who says exactly what it is told. */
export interface RawReply {
  readonly text: string;
  /** Of all heads that came. */
  readonly statuses: readonly number[];
  /** The proxy ended the connection. */
  readonly isClosed: boolean;
}

export interface RawWish {
  readonly isDone?: (text: string) => boolean;
  /** Comes in a segment of its own. */
  readonly rest?: string;
  readonly patienceMs: number;
}

/** Sends the bytes on a connection of their own; resolves when the proxy has ended it, or when `isDone` says so, or after `patienceMs`. */
export async function sendRaw(
  port: number,
  bytes: string,
  { isDone = () => false, rest, patienceMs }: RawWish,
): Promise<RawReply> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  let text = '';
  const over = new AbortController();
  const closed = new Promise<boolean>((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve(true));
  });
  const done = new Promise<boolean>((resolve) => {
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
      if (isDone(text)) resolve(false);
    });
  });
  socket.setNoDelay(true).write(Buffer.from(bytes, 'latin1'));
  if (rest !== undefined) setImmediate(() => socket.write(Buffer.from(rest, 'latin1')));
  const late = delay(patienceMs, false, { signal: over.signal }).catch(() => false);
  const isClosed = await Promise.race([closed, done, late]);
  over.abort();
  socket.destroy();
  return { text, statuses: [...text.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status)), isClosed };
}
