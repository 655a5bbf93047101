import type { Duplex } from 'node:stream';

const PATIENCE_MS = 2_000;

/** Lets go out what is written, takes what still comes, and cuts the connection when the other side does not end it. */
export function closeGently(socket: Duplex): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MS).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
  socket.end();
}
