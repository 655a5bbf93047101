import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../../test/harness/free-port.ts';
import { startProgram } from '../proxy/program.ts';
import type { Backend } from './static-backend.ts';

const PROGRAM = fileURLToPath(new URL('own-backend-process.ts', import.meta.url));

/** What nginx cannot be: WebSocket echo, uploads that are read, slow answers and streams; a process of its own. */
export async function startOwnBackend(folder: string, core: string): Promise<Backend> {
  const port = await findFreePort();
  const args = [PROGRAM, String(port)];
  const logPath = join(folder, 'own-backend.log');
  const child = await startProgram({ command: process.execPath, args, core, logPath, port });
  return { port, stop: () => child.end(2_000) };
}
