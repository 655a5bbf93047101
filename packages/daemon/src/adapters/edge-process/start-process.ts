import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ConnectionLimits,
  defaultConnections,
  edgeProtocol,
  type EdgeStart,
  type EdgeWish,
} from '../../core/edge-control.ts';
import type { EdgeManners } from '../../core/edge-manners.ts';
import { versionOf } from './program-version.ts';
import { nodeFlags, processEnvironment } from '../../launch.ts';

const SOURCE_ENTRY = fileURLToPath(new URL('../../edge/edge-process.ts', import.meta.url));

export interface EdgeOptions {
  /** Where visitors come in by http, as `127.0.0.1:8080`, `[::1]:8080` or `:8080`. */
  readonly http: readonly string[];
  /** The same by https. */
  readonly https?: readonly string[];
  /** Networks whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies?: readonly string[];
  /** Every connection comes from a trusted proxy and begins with a PROXY header. */
  readonly proxyProtocol?: boolean;
  readonly connections?: ConnectionLimits;
  readonly manners?: EdgeManners;
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

/** What an edge with these options says of itself. */
export function wishOf(options: EdgeOptions): EdgeWish {
  const { http, https = [], trustedProxies = [], proxyProtocol = false, connections = defaultConnections } = options;
  const version = versionOf(options.program ?? SOURCE_ENTRY);
  const manners = options.manners === undefined ? {} : { manners: options.manners };
  return { protocol: edgeProtocol, version, http, https, trustedProxies, proxyProtocol, connections, ...manners };
}

/** The program, its flags and its environment, whoever starts it: nothing of this process's environment goes on. */
export function planStart(options: EdgeOptions): EdgeStart {
  const { controlSocket, stateFile, nodePath = process.execPath, program = SOURCE_ENTRY } = options;
  const [control, state] = [resolve(controlSocket), resolve(stateFile)];
  const wishes = [`--wish=${JSON.stringify(wishOf(options))}`, `--control=${control}`, `--state=${state}`];
  // Code that is compiled already starts in a third of the time and needs half the memory.
  const env = { ...processEnvironment, NODE_COMPILE_CACHE: join(dirname(state), 'compile-cache') };
  return { nodePath, argv: [...nodeFlags, program, ...wishes], env };
}

/** Starts an edge that outlives this process, unless it is told otherwise: its own session, its own log. */
export function startProcess(options: EdgeOptions): StartedProcess {
  const { logFile, manners } = options;
  const { nodePath, argv, env } = planStart(options);
  mkdirSync(dirname(resolve(logFile)), { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  // The end of this process, however it comes, is the end of the pipe.
  const input = manners?.endsWithParent === true ? 'pipe' : 'ignore';
  const child = spawn(nodePath, argv, { cwd: '/', env, detached: true, stdio: [input, 'ignore', log] });
  closeSync(log);
  child.stdin?.on('error', () => undefined);
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
