import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { runSystemTool } from './system-tool.ts';

const CONTROL_GROUPS = '/sys/fs/cgroup';

/** Takes away all mounts below a folder, innermost first. */
export function unmountBelow(folder: string): void {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const below = lines.map((line) => line.split(' ')[4] ?? '').filter((path) => path.startsWith(`${folder}/`));
  for (const path of below.toReversed()) runSystemTool('umount', ['--lazy', path]);
}

/** One folder in each hierarchy (version 1), or one at the top (version 2). */
export function removeControlGroups(name: string): void {
  const hierarchies = ['.', ...readdirSync(CONTROL_GROUPS)];
  for (const hierarchy of hierarchies) removeControlGroup(join(CONTROL_GROUPS, hierarchy, name));
}

/** The files of a control group cannot be removed: only its folders are. */
function removeControlGroup(path: string): void {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    for (const entry of entries) if (entry.isDirectory()) removeControlGroup(join(path, entry.name));
    rmdirSync(path);
  } catch {
    // Absent, or still in use by a process that is about to be reaped.
  }
}
