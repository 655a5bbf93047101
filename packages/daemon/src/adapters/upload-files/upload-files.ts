import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { UploadFolder } from '../../ports/upload-folder.ts';

const partEnd = '.part';

/** Uploads in a folder that is the daemon's alone; it is made with the first one. */
export function createUploadFiles(folder: string): UploadFolder {
  const pathOf = (id: string): string => join(folder, id);
  return {
    async write(id, source) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const part = pathOf(id) + partEnd;
      try {
        await pipeline(source, createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }));
        await rename(part, pathOf(id));
        await syncFolder(folder);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    read: (id) => createReadStream(pathOf(id)),
    async remove(id) {
      await Promise.all([pathOf(id), pathOf(id) + partEnd].map((path) => rm(path, { force: true })));
    },
    async list() {
      const names = await readdir(folder).catch(() => []);
      return [...new Set(names.map((name) => (name.endsWith(partEnd) ? name.slice(0, -partEnd.length) : name)))];
    },
  };
}

/** A new name survives a loss of power once its folder is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
