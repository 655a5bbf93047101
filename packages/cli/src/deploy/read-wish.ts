import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { localFailure, usageFailure } from '../failure.ts';
import type { Assignment } from '../parse/assignment.ts';
import { parseEnvFile } from '../parse/env-file.ts';
import type { FileSource } from '../parse/mount.ts';
import type { Surroundings } from '../surroundings.ts';
import type { PlaceOptions, SpecOptions } from './deploy-option.ts';
import type { DeployWish } from './merge-request.ts';

/** Reads what the options name: variables of this process, files of variables, files to inject. */
export async function readWish(
  options: SpecOptions & PlaceOptions,
  command: readonly string[],
  world: Pick<Surroundings, 'environment' | 'workingFolder'>,
): Promise<DeployWish> {
  const { env, envFile, file, ...rest } = options;
  const fromFiles = await Promise.all(envFile.map((path) => readEnvFile(resolve(world.workingFolder, path))));
  const files = await Promise.all(file.map((source) => readInjected(source, world.workingFolder)));
  return { ...rest, env: resolveEnv([...fromFiles.flat(), ...env], world.environment), file: files, command };
}

function resolveEnv(
  assignments: readonly Assignment[],
  environment: Surroundings['environment'],
): Record<string, string> {
  const entries = assignments.map(({ name, value = environment[name] }) => {
    if (value === undefined)
      throw usageFailure(`There is no variable ${name} here to pass on; give it a value with ${name}=…`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

async function readEnvFile(path: string): Promise<readonly Assignment[]> {
  const parsed = parseEnvFile((await readLocal(path)).toString('utf8'));
  if ('line' in parsed) throw usageFailure(`${path}:${parsed.line} is not NAME=value`);
  return parsed;
}

/** Text stays text, so that the spec can be read; anything else goes as base64. */
async function readInjected(
  { localPath, path, mode = '0644' }: FileSource,
  folder: string,
): Promise<DeployWish['file'][number]> {
  const bytes = await readLocal(resolve(folder, localPath));
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text).equals(bytes) && !text.includes('\0');
  return {
    path,
    mode,
    ...(isText ? { content: text, encoding: 'utf8' } : { content: bytes.toString('base64'), encoding: 'base64' }),
  };
}

async function readLocal(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    const detail = error.code === 'ENOENT' ? 'There is no such file.' : error.message;
    throw localFailure('file', { title: `${path} cannot be read`, detail }, error);
  });
}
