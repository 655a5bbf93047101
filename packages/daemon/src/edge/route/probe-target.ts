import { connect } from 'node:net';
import type { EdgeTarget } from '../../core/route-table.ts';

const CONNECT_MS = 1_000;

/** True when the target takes a TCP connection (or one of its socket) within a second. */
export function probeTarget({ host, port, socketPath }: EdgeTarget): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = socketPath === undefined ? connect({ host, port }) : connect(socketPath);
  const settle = (takes: boolean): void => {
    socket.destroy();
    resolve(takes);
  };
  socket.unref();
  socket.setTimeout(CONNECT_MS, () => settle(false));
  socket.once('connect', () => settle(true));
  socket.once('error', () => settle(false));
  return promise;
}
