import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

const known = new Map<string, string>();

/**
 * What tells one version of a program from another: a hash of its code and the Node that runs it. The code is what lies in
 * the folder above the program's, where the daemon's own code lies too: as source, or built in parts.
 */
export function versionOf(program: string): string {
  const version = known.get(program) ?? hashProgram(program);
  known.set(program, version);
  return version;
}

function hashProgram(program: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of filesOf(program)) hash.update(readFileSync(file));
  return hash.digest('base64url').slice(0, 16);
}

function filesOf(program: string): readonly string[] {
  const cwd = dirname(dirname(program));
  const patterns = ['edge', 'core', 'part'].map((folder) => `${folder}/**/*${extname(program)}`);
  const isTest = (path: string): boolean => /\.(?:test|contract)\.\w+$/.test(path);
  const files = globSync(patterns, { cwd }).filter((path) => !isTest(path));
  return files.toSorted().map((path) => join(cwd, path));
}
