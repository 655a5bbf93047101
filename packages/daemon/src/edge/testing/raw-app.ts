import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { EdgeTarget } from '../../core/route-table.ts';

/** An app that says exactly what it is told. */
export interface RawApp {
  readonly port: number;
  /** Its connections, in the order they came. */
  readonly sockets: readonly Socket[];
  /** All that came, over all connections, byte by byte as a character. */
  heard(): string;
  target(instance: string): EdgeTarget;
  close(): void;
}

/** `say` hears each piece that comes. */
export async function startRawApp(say: (socket: Socket, piece: string) => void = () => undefined): Promise<RawApp> {
  const sockets: Socket[] = [];
  let heard = '';
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      say(socket, bytes.toString('latin1'));
    });
    socket.once('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    sockets,
    heard: () => heard,
    target: (instance) => ({ instance, host: '127.0.0.1', port }),
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The app's answer to whatever is asked. */
export function answering(answer: string): (socket: Socket, piece: string) => void {
  return (socket, piece) => {
    if (piece.includes('\r\n\r\n')) socket.write(answer, 'latin1');
  };
}
