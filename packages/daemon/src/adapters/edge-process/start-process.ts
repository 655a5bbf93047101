import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFlags, processEnvironment } from '../../launch.ts';

const SOURCE_ENTRY = fileURLToPath(new URL('../../edge/edge-process.ts', import.meta.url));

export interface EdgeOptions {
  /** Where visitors come in, as `127.0.0.1:8080`, `[::1]:8080` or `:8080`. */
  readonly http: readonly string[];
  /** Networks whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies?: readonly string[];
  readonly controlSocket: string;
  readonly stateFile: string;
  readonly logFile: string;
  /** The Node that runs the edge; by default the one that runs this. */
  readonly nodePath?: string;
  /** The file with the program of the edge; by default its source. */
  readonly program?: string;
}

/** A started process; `ended` holds why it is none any more. */
export interface StartedProcess {
  readonly pid: number | undefined;
  ended: string | undefined;
  kill(): void;
}

/** Starts an edge that outlives this process: its own session, its own log, nothing of this one's environment. */
export function startProcess(options: EdgeOptions): StartedProcess {
  const { http, trustedProxies = [], controlSocket, stateFile, logFile } = options;
  const { nodePath = process.execPath, program = SOURCE_ENTRY } = options;
  mkdirSync(dirname(resolve(logFile)), { recursive: true });
  const wishes = {
    http: http.join(','),
    control: resolve(controlSocket),
    state: resolve(stateFile),
    'trusted-proxies': trustedProxies.join(','),
  };
  const argv = Object.entries(wishes).map(([name, value]) => `--${name}=${value}`);
  // Code that is compiled already starts in a third of the time and needs half the memory.
  const env = { ...processEnvironment, NODE_COMPILE_CACHE: join(dirname(resolve(stateFile)), 'compile-cache') };
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(nodePath, [...nodeFlags, program, ...argv], {
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  child.unref();
  const started: StartedProcess = { pid: child.pid, ended: undefined, kill: () => void child.kill('SIGKILL') };
  child.once('error', (error) => (started.ended = error.message));
  child.once('exit', (code, signal) => (started.ended ??= `${lastWords(logFile)} (${signal ?? `exit code ${code}`})`));
  return started;
}

function lastWords(logFile: string): string {
  try {
    const line = readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    return (JSON.parse(line) as { message: string }).message;
  } catch {
    return 'Its log says nothing about it.';
  }
}
