import { lstat, stat } from 'node:fs/promises';
import { basename, posix, resolve } from 'node:path';
import type { Daemon } from '../connection/daemon.ts';
import { localFailure } from '../failure.ts';
import { type PackSource, packFiles } from '../tar/pack-files.ts';
import type { Tally } from '../tar/tally.ts';
import { filesPath, findRemoteKind, type RemotePath, tarType } from './remote-kind.ts';

/** Copies a file or folder of this machine into an instance. */
export async function copyIn(
  daemon: Daemon,
  copy: { readonly from: string; readonly to: RemotePath },
  tally: Tally,
): Promise<void> {
  const { from, to } = copy;
  const target = await chooseTarget(daemon, from, to);
  await daemon.stream({
    method: 'PUT',
    path: filesPath(to.app),
    query: { path: target.folder, instance: to.instance },
    headers: { 'content-type': tarType },
    accept: 'application/json',
    body: packFiles(target.source, tally),
  });
}

interface Target {
  readonly folder: string;
  readonly source: PackSource;
}

/** Into a folder that is there under its own name, else in its parent under the new name; `folder/.` means what is in it. */
async function chooseTarget(daemon: Daemon, from: string, to: RemotePath): Promise<Target> {
  const localPath = resolve(from);
  const isFolder = await isLocalFolder(localPath);
  const path = posix.normalize(to.path).replace(/(?<=.)\/+$/, '');
  const kind = await findRemoteKind(daemon, { ...to, path });
  if (/(?:^|\/)\.\/*$/.test(from) && isFolder)
    return { folder: requireFolder(to, kind), source: { localPath, name: '.' } };
  if (kind === 'folder') return { folder: path, source: { localPath, name: basename(localPath) } };
  if (isFolder && kind === 'other')
    throw localFailure('copy', { title: `${to.app}:${path} is a file`, detail: 'A folder cannot take its place.' });
  if (!isFolder && to.path.endsWith('/')) requireFolder(to, kind);
  return { folder: posix.dirname(path), source: { localPath, name: posix.basename(path) } };
}

function requireFolder({ app, path }: RemotePath, kind: 'folder' | 'other' | undefined): string {
  if (kind === 'folder') return posix.normalize(path).replace(/(?<=.)\/+$/, '');
  const title = kind === undefined ? `There is no folder ${app}:${path}` : `${app}:${path} is no folder`;
  throw localFailure('copy', {
    title,
    nextSteps: [`\`berth exec ${app} mkdir -p ${path}\` makes one, if the image has mkdir.`],
  });
}

async function isLocalFolder(path: string): Promise<boolean> {
  await lstat(path).catch((error: NodeJS.ErrnoException) => {
    const detail = error.code === 'ENOENT' ? 'There is no such file or folder.' : error.message;
    throw localFailure('copy', { title: `${path} cannot be read`, detail }, error);
  });
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
