import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** An app that keeps every byte it gets, and answers each connection once. */
export interface Recorder {
  readonly port: number;
  /** What came since the last `forget`, one text (latin1) for each connection that said anything. */
  heard(): readonly string[];
  forget(): void;
  close(): void;
}

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

export async function openRecorder(): Promise<Recorder> {
  let connections: { text: string }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const record = { text: '' };
    connections.push(record);
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    socket.setEncoding('latin1').on('data', (part: string) => {
      record.text += part;
      if (isWhole(record.text) && socket.writable) socket.end(ANSWER);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => connections.map(({ text }) => text).filter((text) => text !== ''),
    forget: () => {
      connections = [];
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** As a lenient app would see it: the first length that is given, or chunks up to the last. */
export function isWhole(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return false;
  const [head, body] = [text.slice(0, headEnd), text.slice(headEnd + 4)];
  if (/^transfer-encoding:/im.test(head)) return /(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n$/.test(body);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return body.length >= length;
}
