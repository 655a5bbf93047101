import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { EdgeRoute } from '../../core/route-table.ts';
import { createLog } from '../log.ts';
import { createPlane, type Plane } from '../plane.ts';
import { acceptHttp1 } from '../visitor/http1-connection.ts';
import { CoarseClock } from '../watch.ts';

/** A plane that real sockets lead to, with a clock of its own. */
export interface TestPlane {
  readonly plane: Plane;
  readonly port: number;
  /** The visitors' connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** The lines it logged. */
  readonly lines: readonly string[];
  /** Lets time pass, and what is over by then be seen. */
  elapse(ms: number): void;
  close(): void;
}

export async function openTestPlane(...routes: EdgeRoute[]): Promise<TestPlane> {
  let nowMs = 1;
  const lines: string[] = [];
  const plane = createPlane(
    createLog((line) => lines.push(line)),
    { clock: new CoarseClock(() => nowMs) },
  );
  plane.routes.replace(routes);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    acceptHttp1(plane, socket, { peer: { address: '127.0.0.1', isTrusted: false }, scheme: 'http' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    plane,
    port: (server.address() as AddressInfo).port,
    sockets,
    lines,
    elapse: (ms) => {
      nowMs += ms;
      plane.watch.look();
      plane.visitorWatch.look();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
