import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { localFailure } from '../failure.ts';
import type { Surroundings } from '../surroundings.ts';
import type { RequestDraft } from './merge-request.ts';

/** What a spec file says: what `PUT /v1/apps/{name}` takes, and the app's name with it if you like. */
export interface SpecFile {
  readonly name: string | undefined;
  readonly request: RequestDraft;
}

export async function readSpecFile(path: string, world: Surroundings): Promise<SpecFile> {
  const { name, ...request } = parseObject(path, await readSource(path, world));
  if (name === undefined || typeof name === 'string') return { name, request };
  throw localFailure('spec-file', { title: `${path} is not an app's spec`, detail: 'Its "name" is no text.' });
}

async function readSource(path: string, { input, workingFolder }: Surroundings): Promise<string> {
  if (path === '-') return text(input);
  return readFile(resolve(workingFolder, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const detail = error.code === 'ENOENT' ? 'There is no such file.' : error.message;
    throw localFailure('file', { title: `${path} cannot be read`, detail }, error);
  });
}

function parseObject(path: string, source: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw localFailure('spec-file', { title: `${path} is not JSON`, detail: (error as Error).message }, error);
  }
  throw localFailure('spec-file', { title: `${path} is not an app's spec`, detail: 'It must hold one JSON object.' });
}
