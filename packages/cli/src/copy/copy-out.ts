import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Daemon } from '../connection/daemon.ts';
import { localFailure } from '../failure.ts';
import { readTar, type TarItem } from '../tar/read-tar.ts';
import type { Tally } from '../tar/tally.ts';
import { unpackFiles, type UnpackPlace } from '../tar/unpack-files.ts';
import { filesPath, type RemotePath, tarType } from './remote-kind.ts';

/** Copies a file or folder out of an instance. */
export async function copyOut(
  daemon: Daemon,
  copy: { readonly from: RemotePath; readonly to: string },
  tally: Tally,
): Promise<void> {
  const { app, path, instance } = copy.from;
  const isContent = /\/\.\/*$/.test(path);
  const clean = path.replace(/(?:\/\.?)+$/, '');
  const chunks = await daemon.stream({ path: filesPath(app), query: { path: clean, instance }, accept: tarType });
  const items = readTar(chunks);
  const first = await items.next();
  if (first.done === true) throw localFailure('copy', { title: `${app}:${path} came as an empty archive` });
  const isFolder = first.value.entry.kind === 'folder';
  const place = await choosePlace(copy.to, { isFolder, isContent: isContent && isFolder });
  await unpackFiles(resume(first.value, items), place, tally);
}

/** Into a folder that is there under its own name, else under the new name; what is in a folder goes straight in. */
async function choosePlace(to: string, source: { isFolder: boolean; isContent: boolean }): Promise<UnpackPlace> {
  const target = resolve(to);
  const found = await stat(target).catch(() => undefined);
  if (source.isContent) {
    await mkdir(target, { recursive: true });
    return { folder: target, rename: () => '' };
  }
  if (found?.isDirectory() === true) return { folder: target, rename: (first) => first };
  if (source.isFolder && found !== undefined)
    throw localFailure('copy', { title: `${target} is a file`, detail: 'A folder cannot take its place.' });
  await requireParent(target, to.endsWith('/') && !source.isFolder);
  return { folder: dirname(target), rename: () => basename(target) };
}

async function requireParent(target: string, mustBeFolder: boolean): Promise<void> {
  const folder = mustBeFolder ? target : dirname(target);
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return;
  throw localFailure('copy', { title: `There is no folder ${folder}`, nextSteps: ['Make it, or choose another one.'] });
}

async function* resume(first: TarItem, items: AsyncGenerator<TarItem, void>): AsyncGenerator<TarItem, void> {
  yield first;
  yield* items;
}
