import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** An abstract socket (unix(7)): one process at a time has it, and the kernel frees it with its process. */
const NAME = '\0berth-private-engine';
const PATIENCE_MS = 180_000;
const PAUSE_MS = 20;

/** Runs the act while no other process of this machine runs one. */
export async function withMachineLock<Result>(act: () => Promise<Result>): Promise<Result> {
  const lock = await acquire();
  try {
    return await act();
  } finally {
    lock.close();
    await once(lock, 'close');
  }
}

async function acquire(): Promise<Server> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await tryOnce();
    if (lock !== undefined) return lock;
    if (performance.now() > end)
      throw new Error(`Another process works on private engines for over ${PATIENCE_MS} ms.`);
    await delay(PAUSE_MS);
  }
}

async function tryOnce(): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen(NAME), 'listening');
    return server;
  } catch {
    return undefined;
  }
}
