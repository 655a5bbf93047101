import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BERTH_FOLDER } from '../brought.ts';
import { findStartTick } from '../private-engine/processes.ts';

/** The daemon that `npm start` has started, written down for the next start and for `npm run remove`. */
export interface RunningDaemon {
  readonly pid: number;
  /** Tells it from a stranger that was given its pid later. */
  readonly startTick: string | undefined;
  readonly apiUrl: string;
}

const FILE = join(BERTH_FOLDER, 'daemon.json');

/** Undefined when none runs, whatever an earlier one has left. */
export function findRunningDaemon(): RunningDaemon | undefined {
  try {
    const known = JSON.parse(readFileSync(FILE, 'utf8')) as RunningDaemon;
    return findStartTick(known.pid) === known.startTick ? known : undefined;
  } catch {
    return undefined;
  }
}

/** Written as soon as the daemon has a process. */
export function putRunningDaemon(pid: number, apiUrl: string): void {
  writeFileSync(FILE, JSON.stringify({ pid, startTick: findStartTick(pid), apiUrl }));
}

/** When it has ended in order. */
export function removeRunningDaemon(): void {
  rmSync(FILE, { force: true });
}
