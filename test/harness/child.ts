import { readFileSync } from 'node:fs';
import { type DetachedOptions, startDetached } from '../../scripts/detached-process.ts';
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

/** Starts a program that the guardian ends when the tests die. */
export function startChild(options: DetachedOptions): Child {
  const pid = startDetached(options);
  guardProcess(pid);
  return {
    pid,
    isRunning: () => isRunning(pid),
    readLog: () => readFileSync(options.logPath, 'utf8'),
    end: (graceMs = 10_000) => endProcess(pid, graceMs),
    async kill() {
      sendSignal(pid, 'SIGKILL');
      await hasEnded(pid, 5_000);
    },
  };
}
