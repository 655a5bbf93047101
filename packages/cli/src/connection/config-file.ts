import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localFailure } from '../failure.ts';
import type { Surroundings } from '../surroundings.ts';

/** What `berth login` keeps: one daemon, and the token for it. */
export interface SavedLogin {
  readonly url: string;
  readonly token: string;
}

/** `$XDG_CONFIG_HOME/berth/config.json`, else `~/.config/berth/config.json`. */
export function configPath({ environment, homeFolder }: Pick<Surroundings, 'environment' | 'homeFolder'>): string {
  const given = environment['XDG_CONFIG_HOME'];
  const base = given === undefined || given === '' ? join(homeFolder, '.config') : given;
  return join(base, 'berth', 'config.json');
}

/** Undefined when nobody has logged in. */
export async function readLogin(path: string): Promise<SavedLogin | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw localFailure('config', { title: `${path} cannot be read`, detail: error.message });
  });
  return text === undefined ? undefined : parseLogin(path, text);
}

/** Readable by its owner alone, and never half written. */
export async function writeLogin(path: string, login: SavedLogin): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

export async function removeLogin(path: string): Promise<void> {
  await rm(path, { force: true });
}

function parseLogin(path: string, text: string): SavedLogin {
  const { url, token } = parseObject(text);
  if (typeof url === 'string' && typeof token === 'string') return { url, token };
  const nextSteps = ['Write it anew with `berth login`, or remove it.'];
  throw localFailure('config', { title: `${path} does not hold a login`, nextSteps });
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
