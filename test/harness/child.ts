import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { endProcess, hasEnded, isRunning, sendSignal } from '../../scripts/private-engine/processes.ts';
import { guardProcess } from './guardian.ts';

/** A program a test has started. */
export interface Child {
  readonly pid: number;
  isRunning(): boolean;
  /** All it has written, both streams together. */
  readLog(): string;
  /** Asks with SIGTERM, kills after `graceMs`. */
  end(graceMs?: number): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly logPath: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a program that the guardian ends when the tests die. */
export async function startChild({ command, args, logPath, env = process.env }: ChildOptions): Promise<Child> {
  const log = openSync(logPath, 'a');
  // In a group of its own: Ctrl-C must reach the tests only, which end their programs in order.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env });
  closeSync(log);
  await once(child, 'spawn');
  const pid = child.pid ?? Number.NaN;
  guardProcess(pid);
  child.unref();
  return {
    pid,
    isRunning: () => isRunning(pid),
    readLog: () => readFileSync(logPath, 'utf8'),
    end: (graceMs = 10_000) => endProcess(pid, graceMs),
    async kill() {
      sendSignal(pid, 'SIGKILL');
      await hasEnded(pid, 5_000);
    },
  };
}
