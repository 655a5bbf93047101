import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { startApp, type TestApp } from './app.ts';
import { openRaw, type RawVisitor } from './visitor.ts';

export interface SocketApp extends TestApp {
  /** The app's ends of the open WebSockets, in the order they came. */
  readonly ends: readonly Socket[];
}

/** Accepts every WebSocket and then does what it is told with the bare socket; echoes small frames by default. */
export async function startSocketApp(use: (socket: Socket) => void = echoFrames): Promise<SocketApp> {
  const app = await startApp();
  const ends: Socket[] = [];
  app.server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const socket = duplex as Socket;
    socket.on('error', () => undefined);
    socket.write(acceptHead(request));
    if (head.length > 0) socket.unshift(head);
    ends.push(socket);
    use(socket);
  });
  return { ...app, ends };
}

/** A handshake and what is to follow it in the same packet; the answer's head has come when this resolves. */
export async function openSocket(port: number, more: string | Buffer = '', host = 'app.test'): Promise<RawVisitor> {
  const head = `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  return openRaw(port, Buffer.concat([Buffer.from(head), Buffer.from(more)]));
}

/** What came after the head of the answer. */
export function bodyOf(visitor: RawVisitor): string {
  return visitor.heard().split('\r\n\r\n').slice(1).join('\r\n\r\n');
}

/** A small text frame as a visitor sends it, masked. */
export function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([Buffer.of(0x81, 0x80 | payload.length), mask, masked]);
}

function echoFrames(socket: Socket): void {
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += 6 + ((chunk[at + 1] ?? 0) & 0x7f))
      socket.write(unmask(chunk.subarray(at)));
  });
  socket.on('end', () => socket.end());
}

function unmask(frame: Buffer): Buffer {
  const length = (frame[1] ?? 0) & 0x7f;
  const payload = frame.subarray(6, 6 + length).map((byte, at) => byte ^ (frame[2 + (at % 4)] ?? 0));
  return Buffer.concat([Buffer.of(frame[0] ?? 0, length), payload]);
}

/** The head of the answer that switches. */
export function acceptHead(request: IncomingMessage): string {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nX-App: yes\r\n\r\n`;
}
