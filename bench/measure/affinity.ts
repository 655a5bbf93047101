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

/** The last core for who is measured, the others for the load; one core alone is shared. */
export function splitCores(cores: string): readonly [string, string] {
  const all = cores.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  const last = all.at(-1) ?? 0;
  return [String(last), all.length > 1 ? all.slice(0, -1).join(',') : String(last)];
}
