import type { TLSSocket } from 'node:tls';
import { openSecure } from './secure-visitor.ts';

/** RFC 9113, 6. */
export const frameType = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, ping: 6, windowUpdate: 8, more: 9 };
export const frameFlag = { endStream: 1, acknowledged: 1, endHeaders: 4 };

export interface RawFrame {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Buffer;
}

/** A connection that sends exactly the frames it is told, and counts what it hears. */
export interface RawHttp2 {
  readonly socket: TLSSocket;
  heardBytes(): number;
  /** Resolves when the edge has ended the connection. */
  readonly closed: Promise<void>;
}

export async function openRawHttp2(port: number): Promise<RawHttp2> {
  const socket = await openSecure(port, 'app.test', { ALPNProtocols: ['h2'] });
  let heard = 0;
  socket.on('data', (chunk: Buffer) => (heard += chunk.length));
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(renderFrame({ type: frameType.settings }));
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  return { socket, heardBytes: () => heard, closed };
}

export function renderFrame({ type, flags = 0, stream = 0, payload = Buffer.alloc(0) }: RawFrame): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** GET / of app.test, as HPACK has it (RFC 7541) without a table, and further fields, name, value, name, value … */
export function packHead(...fields: readonly string[]): Buffer {
  const words = fields.map(packText);
  const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [Buffer.of(0), word, words[at + 1] ?? packText('')] : []));
  return Buffer.concat([Buffer.of(0x82, 0x87, 0x84, 0x01), packText('app.test'), ...pairs]);
}

/** Of at most 126 bytes, or of 127 and more with a length in two bytes. */
function packText(text: string): Buffer {
  const rest = text.length - 127;
  const length = rest < 0 ? [text.length] : [127, (rest & 0x7f) | 0x80, rest >> 7];
  return Buffer.concat([Buffer.from(length), Buffer.from(text, 'latin1')]);
}
