import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { runBerth } from './run-berth.ts';
import type { Surroundings } from './surroundings.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const world: Surroundings = {
  arguments: process.argv.slice(2),
  environment: process.env,
  workingFolder: process.cwd(),
  homeFolder: homedir(),
  input: process.stdin,
  output: process.stdout,
  errorOutput: process.stderr,
  version: manifest.version,
  node: process.execPath,
  fetch: globalThis.fetch,
  now: Date.now,
};

// A live line hides the cursor; whatever ends us, it comes back.
process.on('exit', () => process.stderr.isTTY && process.stderr.write('\u001b[?25h'));

const exitCode = await runBerth(world, interruptions());
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(exitCode);

/** What a slow reader has not taken yet would be lost with the process. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** Aborts at the first Ctrl-C, so that the command can say goodbye; the second one does not wait. */
function interruptions(): AbortSignal {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  // Whoever reads our output may have read enough, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return controller.signal;
}
