import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let isInterrupted = false;

/** Runs a JavaScript tool on this Node, its words on the terminal; its exit code. After Ctrl-C nothing new is started. */
export async function runTool(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (isInterrupted) return 130;
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    stdio: 'inherit',
    env,
  });
  const interrupt = (signal: NodeJS.Signals) => {
    isInterrupted = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  const [code] = (await once(child, 'exit')) as [number | null];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt);
  return code ?? 130;
}
