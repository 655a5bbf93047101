import { connect } from 'node:net';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { type Child, startChild } from '../../../test/harness/child.ts';
import { waitFor } from '../../../test/harness/deadline.ts';
import { putFirst } from '../../measure/precedence.ts';

const LISTENING_MS = 60_000;

export interface ProgramPlan {
  readonly command: string;
  readonly args: readonly string[];
  readonly core: string;
  readonly logPath: string;
  /** It is there when it takes connections here. */
  readonly port: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a server on one core; resolves when it listens. It does not outlive this process. */
export async function startProgram({ command, args, core, logPath, port, env = {} }: ProgramPlan): Promise<Child> {
  const words = ['-c', core, command, ...args];
  const path = process.env['PATH'] ?? '';
  const child = startChild({ command: 'taskset', args: words, logPath, env: { PATH: path, ...env } });
  putFirst(child.pid);
  try {
    await waitFor(() => !child.isRunning() || isListening(port), { deadlineMs: LISTENING_MS, what: command });
    if (!child.isRunning()) throw new Error(`${command} ended while it started.`);
    return child;
  } catch (error) {
    await child.kill();
    throw new Error(`${String(error)}\n${child.readLog()}`, { cause: error });
  }
}

/** The first number with dots in what a program says of its version. */
export function readVersion(command: string, word: string): string {
  const said = execFileSync(command, [word], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return /\d+(?:\.\d+)+/.exec(said)?.[0] ?? '';
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
