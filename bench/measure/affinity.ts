import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The cores this process may use, as in `0-1`. */
export function readCores(): string {
  return /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
}

/** Keeps all threads of a process on some cores; false where the machine has no tool for that. */
export function pin(pid: number, cores: string): boolean {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
