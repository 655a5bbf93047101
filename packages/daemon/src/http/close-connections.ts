import type { Server } from 'node:http';

const stepMs = 25;
const patienceMs = 10_000;

/** Closes each connection once its answer is complete, and cuts those that still hang after ten seconds. */
export function closeConnections(server: Server): void {
  const sweep = setInterval(() => server.closeIdleConnections(), stepMs).unref();
  const cut = setTimeout(() => server.closeAllConnections(), patienceMs).unref();
  server.once('close', () => {
    clearInterval(sweep);
    clearTimeout(cut);
  });
}
