import { createWriteStream } from 'node:fs';
import { chmod, link, lstat, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TarItem } from './read-tar.ts';
import type { Tally } from './tally.ts';
import type { TarEntry } from './tar-header.ts';

/** Where to unpack: a folder that is there, and what the first part of every path becomes; `''` drops it. */
export interface UnpackPlace {
  readonly folder: string;
  readonly rename: (first: string) => string;
}

/**
 * Unpacks an archive that is not trusted: nothing is written outside the folder, over a folder, through a link, or as a
 * device, whatever the archive says.
 */
export async function unpackFiles(items: AsyncIterable<TarItem>, place: UnpackPlace, tally: Tally): Promise<void> {
  const unpacking: Unpacking = { root: place.folder, files: new Set(), links: [], tally };
  for await (const { entry, content } of items) {
    const parts = renameFirst(safeParts(entry.path), place.rename);
    if (parts.length > 0)
      await unpackOne(unpacking, { ...entry, path: parts.join('/'), target: renameTarget(entry, place) }, content);
  }
  // Links come last, so that nothing of this archive can be written through one of them.
  for (const { path, target } of unpacking.links) await writeLink(unpacking.root, path, target);
}

interface Unpacking {
  readonly root: string;
  /** Written by this very run: second names may be given to these alone. */
  readonly files: Set<string>;
  readonly links: { readonly path: string; readonly target: string }[];
  readonly tally: Tally;
}

async function unpackOne(unpacking: Unpacking, entry: TarEntry, content: AsyncIterable<Buffer>): Promise<void> {
  const { root, links, files, tally } = unpacking;
  const reason = reasonToSkip(entry, files);
  if (reason !== undefined) tally.skipped.push({ path: entry.path, reason });
  else if (entry.kind === 'symlink') links.push(entry);
  else if (entry.kind === 'folder') await writeFolder(root, entry);
  else if (entry.kind === 'hardlink') await link(join(root, entry.target), await clearPlace(root, entry.path));
  else {
    await writeFile(unpacking, entry, content);
    files.add(entry.path);
  }
}

async function writeFolder(root: string, { path, mode }: TarEntry): Promise<void> {
  await makeFolders(root, path.split('/'));
  await chmod(join(root, path), (mode & 0o777) | 0o700);
}

async function writeFile({ root, tally }: Unpacking, entry: TarEntry, content: AsyncIterable<Buffer>): Promise<void> {
  const place = await clearPlace(root, entry.path);
  // wx: what appeared here meanwhile, a link above all, is not written through.
  await pipeline(counted(content, tally), createWriteStream(place, { flags: 'wx', mode: entry.mode & 0o777 }));
  await utimes(place, entry.modifiedAt / 1000, entry.modifiedAt / 1000);
  tally.files += 1;
}

async function* counted(content: AsyncIterable<Buffer>, tally: Tally): AsyncGenerator<Buffer, void> {
  for await (const chunk of content) {
    tally.bytes += chunk.length;
    yield chunk;
  }
}

async function writeLink(root: string, path: string, target: string): Promise<void> {
  await symlink(target, await clearPlace(root, path));
}

/** The path of something new: its folders are there, and what stood in its place is gone. */
async function clearPlace(root: string, path: string): Promise<string> {
  await makeFolders(root, path.split('/').slice(0, -1));
  const place = join(root, path);
  const found = await lstat(place).catch(() => undefined);
  if (found?.isDirectory() === true)
    throw new Error(`${place} is there already and is a folder; move it away and try again.`);
  await rm(place, { force: true });
  return place;
}

/** Each folder on the way must be a true one: a link would lead elsewhere. */
async function makeFolders(root: string, parts: readonly string[]): Promise<void> {
  let folder = root;
  for (const part of parts) {
    folder = join(folder, part);
    const found = await lstat(folder).catch(() => undefined);
    if (found === undefined) await mkdir(folder);
    else if (!found.isDirectory())
      throw new Error(`${folder} is there already and is no folder; move it away and try again.`);
  }
}

function reasonToSkip({ kind, target, path }: TarEntry, files: ReadonlySet<string>): string | undefined {
  if (kind === 'other') return 'is neither a file, a folder nor a link';
  if (kind === 'hardlink') return files.has(target) ? undefined : 'is a second name of a file that is not in the copy';
  if (kind !== 'symlink') return undefined;
  const leadsTo = posix.join(dirname(path), target);
  const isOutside = posix.isAbsolute(target) || leadsTo === '..' || leadsTo.startsWith('../');
  return isOutside ? `leads out of the copy, to ${target}` : undefined;
}

/** A second name speaks of a path in the archive; a symbolic link of one beside itself. */
function renameTarget({ kind, target }: TarEntry, { rename }: UnpackPlace): string {
  return kind === 'hardlink' ? renameFirst(safeParts(target), rename).join('/') : target;
}

function safeParts(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (!parts.includes('..') && !path.includes('\0')) return parts;
  throw new Error(`The archive holds a path that leads out of it: ${path}. Nothing more is copied.`);
}

function renameFirst([first, ...more]: readonly string[], rename: (first: string) => string): readonly string[] {
  if (first === undefined) return [];
  const name = rename(first);
  return name === '' ? more : [name, ...more];
}
