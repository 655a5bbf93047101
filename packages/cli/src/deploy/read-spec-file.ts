import { localFailure } from '../failure.ts';
import { readTextFile } from '../read-text-file.ts';
import type { Surroundings } from '../surroundings.ts';
import type { RequestDraft } from './merge-request.ts';

/** What a spec file says: what `PUT /v1/apps/{name}` takes, and the app's name with it if you like. */
export interface SpecFile {
  readonly name: string | undefined;
  readonly request: RequestDraft;
}

export async function readSpecFile(path: string, world: Surroundings): Promise<SpecFile> {
  const { name, ...request } = parseObject(path, await readTextFile(path, world));
  if (name === undefined || typeof name === 'string') return { name, request };
  throw localFailure('spec-file', { title: `${path} is not an app's spec`, detail: 'Its "name" is no text.' });
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
