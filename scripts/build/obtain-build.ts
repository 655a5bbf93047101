import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listProcesses } from '../private-engine/processes.ts';

export interface BuildPlan {
  /** Of the sources. */
  readonly root: string;
  /** What the build is made of, as patterns below the root. */
  readonly sources: readonly string[];
  /** Holds one folder for each state of the sources. */
  readonly folder: string;
  /** Writes the build to a folder that is there. */
  build(folder: string): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEMPORARY = 'new-';
const STALE_MS = 3_600_000;

const PRODUCT: BuildPlan = {
  root: ROOT,
  sources: ['packages/{daemon,spec}/{package.json,src/**/*.ts}', 'scripts/build/*.ts', 'package-lock.json'],
  folder: join(ROOT, 'packages/daemon/dist'),
  // Not loaded where there is nothing to build.
  build: async (folder) => (await import('./build-program.ts')).buildProgram(folder),
};

/**
 * The folder with the build of the sources as they are, which is made when it is not there. A build is never changed, so
 * that what runs from it can load the rest of it at any time, and appears as a whole, whoever else builds meanwhile.
 */
export async function obtainBuild(plan: BuildPlan = PRODUCT): Promise<string> {
  const wanted = join(plan.folder, fingerprint(plan));
  if (existsSync(wanted)) return wanted;
  mkdirSync(plan.folder, { recursive: true });
  const temporary = mkdtempSync(join(plan.folder, TEMPORARY));
  try {
    await plan.build(temporary);
    moveUnlessThere(temporary, wanted);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  removeUnused(plan.folder, wanted);
  return wanted;
}

/** Of contents, not of times: a checkout that comes back to a state finds its build. */
function fingerprint({ root, sources }: BuildPlan): string {
  const hash = createHash('sha256');
  const paths = globSync([...sources], { cwd: root, exclude: ['**/*.{test,contract}.ts'] }).toSorted();
  for (const path of paths)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Another launcher may have been faster: its build is the same. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** Builds of other states that nothing runs from, and what a launcher that died has left. */
function removeUnused(folder: string, kept: string): void {
  const words = listProcesses().flatMap(({ argv }) => argv);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isNeeded = name.startsWith(TEMPORARY)
      ? Date.now() - statSync(path).mtimeMs < STALE_MS
      : path === kept || words.some((word) => word.startsWith(path));
    if (!isNeeded) rmSync(path, { recursive: true, force: true });
  }
}
