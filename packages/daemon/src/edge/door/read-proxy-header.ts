import type { Socket } from 'node:net';
import { parseProxyHeader, type ProxyHeader } from './proxy-header.ts';

/** A proxy sends its header with its first packet. */
const PATIENCE_MS = 5_000;

export interface ProxyWord {
  /** Undefined: the socket's own address counts. */
  readonly address: string | undefined;
  /** What came behind the header. */
  readonly rest: Buffer;
}

/**
 * Resolves with undefined when there is no valid header in time, or the socket ends: it is of no use then. Otherwise the
 * socket is paused.
 */
export async function readProxyHeader(socket: Socket): Promise<ProxyWord | undefined> {
  const { promise, resolve } = Promise.withResolvers<ProxyWord | undefined>();
  let bytes: Buffer = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const header = parseProxyHeader(bytes);
    if (header.kind === 'partial') return;
    // Nothing may come while nobody listens.
    socket.pause();
    resolve(wordOf(header, bytes));
  };
  const giveUp = (): void => resolve(undefined);
  const timer = setTimeout(giveUp, PATIENCE_MS).unref();
  socket.on('data', read).once('end', giveUp).once('close', giveUp);
  const word = await promise;
  clearTimeout(timer);
  socket.off('data', read).off('end', giveUp).off('close', giveUp);
  return word;
}

function wordOf(header: ProxyHeader, bytes: Buffer): ProxyWord | undefined {
  if (header.kind !== 'whole') return undefined;
  return { address: header.address, rest: bytes.subarray(header.length) };
}
