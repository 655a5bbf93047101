import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { localFailure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

/** A file that the user names, below the working folder; `-` is standard input. */
export async function readTextFile(path: string, { input, workingFolder }: Surroundings): Promise<string> {
  if (path === '-') return text(input);
  return readFile(resolve(workingFolder, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const detail = error.code === 'ENOENT' ? 'There is no such file.' : error.message;
    throw localFailure('file', { title: `${path} cannot be read`, detail }, error);
  });
}
