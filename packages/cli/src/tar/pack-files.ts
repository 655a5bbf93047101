import type { Stats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tally } from './tally.ts';
import type { TarEntry } from './tar-header.ts';
import { renderEntry, renderPadding, tarEnd } from './write-tar.ts';

/** What to pack, and under which name it stands in the archive; `.` packs what is in a folder, not the folder. */
export interface PackSource {
  readonly localPath: string;
  readonly name: string;
}

/** A file or a folder with all that is in it as the bytes of a tar archive. Links are packed as links. */
export async function* packFiles({ localPath, name }: PackSource, tally: Tally): AsyncGenerator<Buffer, void> {
  yield* packOne({ localPath, name }, tally);
  yield tarEnd;
}

async function* packOne(source: PackSource, tally: Tally): AsyncGenerator<Buffer, void> {
  const stats = await lstat(source.localPath);
  if (stats.isDirectory()) yield* packFolder(source, stats, tally);
  else if (stats.isFile()) yield* packFile(source, stats, tally);
  else if (stats.isSymbolicLink()) {
    yield renderEntry({ ...describe(source.name, stats), kind: 'symlink', target: await readlink(source.localPath) });
  } else tally.skipped.push({ path: source.localPath, reason: 'is neither a file, a folder nor a link' });
}

async function* packFolder(source: PackSource, stats: Stats, tally: Tally): AsyncGenerator<Buffer, void> {
  if (source.name !== '.') yield renderEntry({ ...describe(source.name, stats), kind: 'folder' });
  for (const child of (await readdir(source.localPath)).toSorted()) {
    const name = source.name === '.' ? child : `${source.name}/${child}`;
    yield* packOne({ localPath: join(source.localPath, child), name }, tally);
  }
}

/** The header says how long the file is, so a file that changes meanwhile cannot be packed. */
async function* packFile({ localPath, name }: PackSource, { size }: Stats, tally: Tally): AsyncGenerator<Buffer, void> {
  await using file = await open(localPath);
  yield renderEntry({ ...describe(name, await file.stat()), sizeBytes: size });
  let left = size;
  for await (const chunk of file.createReadStream({ end: Math.max(0, size - 1) }) as AsyncIterable<Buffer>) {
    left -= chunk.length;
    tally.bytes += chunk.length;
    yield chunk;
  }
  if (left > 0) throw new Error(`${localPath} became shorter while it was copied; try again.`);
  yield renderPadding(size);
  tally.files += 1;
}

function describe(path: string, { mode, mtimeMs }: Stats): TarEntry {
  return { path, kind: 'file', sizeBytes: 0, mode: mode & 0o777, modifiedAt: mtimeMs, target: '' };
}
