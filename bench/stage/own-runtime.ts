import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard } from '../../test/harness/guardian.ts';

/**
 * Lets programs that the task starts run on a copy of Node: the pages of one binary count in parts for each process that
 * runs it, and what is to be weighed would seem the lighter the more others there are.
 */
export async function onOwnRuntime<Result>(task: () => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-node-'));
  guard({ kind: 'folder', path: folder });
  const { execPath } = process;
  process.execPath = join(folder, 'node');
  copyFileSync(execPath, process.execPath);
  try {
    return await task();
  } finally {
    process.execPath = execPath;
    rmSync(folder, { recursive: true, force: true });
  }
}
