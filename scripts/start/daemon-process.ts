import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BERTH_FOLDER } from '../brought.ts';
import { DAEMON_PROGRAM } from '../daemon-program.ts';
import { readTail, startDetached } from '../detached-process.ts';
import { hasEnded, isRunning, sendSignal } from '../private-engine/processes.ts';
import { putRunningDaemon, removeRunningDaemon } from './running-daemon.ts';

export const DAEMON_LOG = join(BERTH_FOLDER, 'daemon.log');

const READY_MS = 60_000;
const END_MS = 30_000;
/** One Ctrl-C comes twice: from the terminal, and handed on by the launcher. */
const ECHO_MS = 500;

/** A daemon that is on its way, serves, or has ended. */
export interface DaemonProcess {
  readonly pid: number;
  readonly apiUrl: string;
  /** Resolves when it has ended; true when somebody asked for it by a signal. */
  readonly ended: Promise<boolean>;
}

/** Starts the daemon on the data of `npm start` and an engine. From now on Ctrl-C is for the daemon. */
export function startDaemonProcess(apiUrl: string, engine: string): DaemonProcess {
  const args = [DAEMON_PROGRAM, 'serve', '--data', BERTH_FOLDER];
  const env = { ...process.env, DOCKER_HOST: engine };
  const pid = startDetached({ command: process.execPath, args, logPath: DAEMON_LOG, env });
  putRunningDaemon(pid, apiUrl);
  return { pid, apiUrl, ended: stayWith(pid) };
}

/** False when it has ended before it was ready. */
export async function waitUntilReady({ pid, apiUrl }: DaemonProcess): Promise<boolean> {
  const end = performance.now() + READY_MS;
  while (isRunning(pid)) {
    if (await isReady(apiUrl)) return true;
    if (performance.now() > end) {
      await endDaemonProcess(pid);
      throw new Error(`the daemon was not ready after ${READY_MS / 1000} s:\n${readTail(DAEMON_LOG)}`);
    }
    await delay(50);
  }
  return false;
}

/** A signal asks the daemon once to end, with its edge; a second one, a moment later, does not wait. */
async function stayWith(pid: number): Promise<boolean> {
  let askedAtMs: number | undefined;
  const ask = () => {
    if (askedAtMs === undefined) sendSignal(pid, 'SIGINT');
    else if (performance.now() - askedAtMs > ECHO_MS) sendSignal(pid, 'SIGKILL');
    askedAtMs ??= performance.now();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  while (isRunning(pid)) {
    await delay(100);
    if (askedAtMs !== undefined && performance.now() - askedAtMs > END_MS) sendSignal(pid, 'SIGKILL');
  }
  removeRunningDaemon();
  return askedAtMs !== undefined;
}

/** Ends the daemon with its edge. */
export async function endDaemonProcess(pid: number): Promise<void> {
  sendSignal(pid, 'SIGINT');
  if (!(await hasEnded(pid, END_MS))) sendSignal(pid, 'SIGKILL');
  removeRunningDaemon();
}

async function isReady(apiUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${apiUrl}/readyz`)).ok;
  } catch {
    return false;
  }
}
