import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface DetachedOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Both streams are appended to it. */
  readonly logPath: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts a program in a group of its own, which Ctrl-C does not reach and which may outlive this process; returns its
 * process id.
 */
export function startDetached({ command, args, logPath, env }: DetachedOptions): number {
  const log = openSync(logPath, 'a', 0o600);
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env });
  closeSync(log);
  // Without a listener a missing program would end this process before the words below are said.
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`${command} cannot be started: is it installed?`);
  return child.pid;
}

/** The last lines of a log file. */
export function readTail(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}
