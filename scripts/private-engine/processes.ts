import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** One process, read from /proc: pid files lie after a crash, and a pid may have been given to a stranger. */
export interface Process {
  readonly pid: number;
  readonly name: string;
  readonly argv: readonly string[];
  readonly cgroup: string;
}

/** All processes of the machine that have not ended. */
export function listProcesses(): Process[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.map((pid) => readProcess(Number(pid))).filter(({ pid }) => isRunning(pid));
}

/** The moment a process started, in clock ticks since boot: with the pid it names one process for ever. */
export function findStartTick(pid: number): string | undefined {
  return listStatFields(pid)[19];
}

/** Zombies count as ended: nobody may be left to reap them. */
export function isRunning(pid: number): boolean {
  const [state = 'X'] = listStatFields(pid);
  return state !== 'Z' && state !== 'X';
}

/** Does nothing when the process has ended meanwhile. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Asks with SIGTERM, waits up to `graceMs`, then kills; returns when the process is gone. */
export async function endProcess(pid: number, graceMs: number): Promise<void> {
  sendSignal(pid, 'SIGTERM');
  if (await hasEnded(pid, graceMs)) return;
  sendSignal(pid, 'SIGKILL');
  await hasEnded(pid, 5_000);
}

/** Waits for the end of any process, also of one that is no child; false at the deadline. */
export async function hasEnded(pid: number, deadlineMs: number): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (isRunning(pid)) {
    if (performance.now() > end) return false;
    await delay(10);
  }
  return true;
}

function readProcess(pid: number): Process {
  return {
    pid,
    name: readProc(pid, 'comm').trim(),
    argv: readProc(pid, 'cmdline').split('\0'),
    cgroup: readProc(pid, 'cgroup'),
  };
}

/** The fields after the name, which may itself hold spaces and brackets. */
function listStatFields(pid: number): string[] {
  const stat = readProc(pid, 'stat');
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** A process that ended meanwhile reads as empty. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
