import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { UploadFolder } from '../../ports/upload-folder.ts';

/** Uploads in memory. */
export function createMemoryUploads(): UploadFolder {
  const kept = new Map<string, Buffer>();
  return {
    async write(id, source) {
      kept.set(id, await buffer(source));
    },
    read(id) {
      const bytes = kept.get(id);
      if (bytes !== undefined) return Readable.from(bytes.length === 0 ? [] : [bytes]);
      return new Readable({ read: () => undefined }).destroy(new Error('no such upload'));
    },
    async remove(id) {
      kept.delete(id);
    },
    list: async () => [...kept.keys()],
  };
}
