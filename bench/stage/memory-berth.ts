import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFlags, processEnvironment } from '../../packages/daemon/src/launch.ts';
import { startChild } from '../../test/harness/child.ts';
import { waitFor } from '../../test/harness/deadline.ts';
import { findFreePort } from '../../test/harness/free-port.ts';
import { guard } from '../../test/harness/guardian.ts';
import { BerthClient } from './berth-client.ts';

const PROGRAM = fileURLToPath(new URL('memory-daemon.ts', import.meta.url));
/** What its engine has. */
export const MEMORY_IMAGE = 'bench:1';

/** The product without containers, for numbers of apps that no machine bears. */
export interface MemoryBerth {
  readonly pid: number;
  readonly port: number;
  readonly client: BerthClient;
  stop(): Promise<void>;
}

/** Starts it; resolves when it is ready. `prepare` puts into its data folder what it is to find there. */
export async function startMemoryBerth(prepare?: (folder: string) => Promise<void>): Promise<MemoryBerth> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  guard({ kind: 'folder', path: folder });
  await prepare?.(folder);
  const port = await findFreePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const logPath = join(folder, 'daemon.log');
  const args = [...nodeFlags, PROGRAM, folder, String(port)];
  const child = startChild({ command: process.execPath, args, logPath, env: processEnvironment });
  const isReady = async () => (await fetch(`${apiUrl}/readyz`)).status === 200;
  await waitFor(isReady, { deadlineMs: 30_000, what: `the daemon without containers: ${child.readLog()}` });
  const client = new BerthClient({ apiUrl, adminToken: readFileSync(join(folder, 'admin.token'), 'utf8') });
  return {
    pid: child.pid,
    port,
    client,
    async stop() {
      client.close();
      await child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
