import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Surroundings } from '../surroundings.ts';
import { defaultUrl, isLoopback, parseBaseUrl } from './base-url.ts';
import { configPath, readLogin, type SavedLogin } from './config-file.ts';

/** Which daemon to talk to, with which token, and who said so. */
export interface DaemonPlace {
  readonly url: string;
  readonly urlSource: string;
  readonly token: string | undefined;
  readonly tokenSource: string | undefined;
  /** The administrator's token on this machine, which the caller may not read. */
  readonly lockedTokenFile: string | undefined;
}

export interface GivenPlace {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

/** What wins: the option, the variable, the saved login, and on this machine the token in the daemon's data folder. */
export async function findDaemon(given: GivenPlace, world: Surroundings): Promise<DaemonPlace> {
  const path = configPath(world);
  const saved = given.url !== undefined && given.token !== undefined ? undefined : await readLogin(path);
  const { url, source } = chooseUrl(given, world, saved === undefined ? undefined : { login: saved, path });
  const place = { url, urlSource: source, lockedTokenFile: undefined };
  const token = chooseToken(given, world, saved?.url === url ? { login: saved, path } : undefined);
  if (token !== undefined || !isLoopback(url)) return { ...place, token: token?.text, tokenSource: token?.source };
  return { ...place, ...(await findLocalToken(world)) };
}

interface Saved {
  readonly login: SavedLogin;
  readonly path: string;
}

function chooseUrl(
  given: GivenPlace,
  { environment }: Surroundings,
  saved: Saved | undefined,
): { url: string; source: string } {
  const variable = environment['BERTH_URL'];
  if (given.url !== undefined) return { url: parseBaseUrl(given.url, '--url'), source: '--url' };
  if (variable !== undefined && variable !== '')
    return { url: parseBaseUrl(variable, 'BERTH_URL'), source: 'BERTH_URL' };
  if (saved !== undefined) return { url: parseBaseUrl(saved.login.url, saved.path), source: saved.path };
  return { url: defaultUrl, source: 'the default' };
}

/** A saved token is for the daemon that it was saved for: no other one gets to see it. */
function chooseToken(given: GivenPlace, { environment }: Surroundings, saved: Saved | undefined) {
  const variable = environment['BERTH_TOKEN'];
  if (given.token !== undefined) return { text: given.token.trim(), source: '--token' };
  if (variable !== undefined && variable !== '') return { text: variable.trim(), source: 'BERTH_TOKEN' };
  return saved === undefined ? undefined : { text: saved.login.token, source: saved.path };
}

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

type LocalToken = Pick<DaemonPlace, 'token' | 'tokenSource' | 'lockedTokenFile'>;

async function findLocalToken({ workingFolder, environment }: Surroundings): Promise<LocalToken> {
  const data = environment['BERTH_DATA'];
  const folders = [...(data === undefined || data === '' ? [] : [data]), '.berth', 'berth-data', '/var/lib/berth'];
  let lockedTokenFile: string | undefined;
  for (const file of folders.map((folder) => join(resolve(workingFolder, folder), 'admin.token'))) {
    const read = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (typeof read === 'string') return { token: read.trim(), tokenSource: file, lockedTokenFile: undefined };
    if (!absent.has(read.code ?? '')) lockedTokenFile ??= file;
  }
  return { token: undefined, tokenSource: undefined, lockedTokenFile };
}
