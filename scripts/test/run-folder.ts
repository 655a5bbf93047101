import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findStartTick, hasEnded, listProcesses } from '../private-engine/processes.ts';
import { removeEngine } from '../private-engine/remove.ts';
import { findState } from '../private-engine/state.ts';

const PREFIX = 'berth-run-';
const GUARDIAN = '/test/harness/guardian-process.ts';
const GUARDIAN_MS = 30_000;

/** One folder for all temporary files of a run: a test that was cut short leaves its own behind, and they go with it. */
export function openRunFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(
    join(folder, 'owner.json'),
    JSON.stringify({ pid: process.pid, startTick: findStartTick(process.pid) }),
  );
  return folder;
}

/** Takes the folder away, with what the tests have not taken away themselves. */
export async function removeRunFolder(folder: string): Promise<void> {
  await Promise.all(listGuardians(folder).map((pid) => hasEnded(pid, GUARDIAN_MS)));
  const engines = readdirSync(folder).map((name) => join(folder, name));
  for (const path of engines) if (findState(path) !== undefined) await removeEngine(path);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Takes away what runs left that were killed. */
export async function removeStaleRunFolders(): Promise<void> {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const folder of names.map((name) => join(tmpdir(), name))) if (!hasOwner(folder)) await removeRunFolder(folder);
}

function hasOwner(folder: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as { pid: number; startTick?: string };
    return findStartTick(owner.pid) === owner.startTick;
  } catch {
    // On its way: the folder comes before the owner's name.
    return true;
  }
}

/** The guardians of tests that were killed are still at work. */
function listGuardians(folder: string): number[] {
  const guardians = listProcesses().filter(({ argv }) => argv.some((word) => word.endsWith(GUARDIAN)));
  return guardians.filter(({ pid }) => readEnvironment(pid).includes(`TMPDIR=${folder}`)).map(({ pid }) => pid);
}

function readEnvironment(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
