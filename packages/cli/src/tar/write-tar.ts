import { renderRecords } from './extended-header.ts';
import { blockBytes, largestSize, renderHeader, type TarEntry } from './tar-header.ts';

const types: Readonly<Record<TarEntry['kind'], string>> = {
  file: '0',
  folder: '5',
  symlink: '2',
  hardlink: '1',
  other: '0',
};

/** Two blocks of zeros end an archive. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

/** The blocks in front of an entry's content. Nobody's user is in them: the copy belongs to root. */
export function renderEntry(entry: TarEntry): Buffer {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const header = renderHeader({ ...entry, path, type: types[entry.kind] });
  const records = extendedRecords(entry, path);
  return Object.keys(records).length === 0 ? header : Buffer.concat([renderExtension(records, entry), header]);
}

/** Fills the last block of a content up. */
export function renderPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}

/** What does not fit into a plain header. */
function extendedRecords({ target, sizeBytes }: TarEntry, path: string): Readonly<Record<string, string>> {
  return {
    ...(Buffer.byteLength(path) > 100 ? { path } : {}),
    ...(Buffer.byteLength(target) > 100 ? { linkpath: target } : {}),
    ...(sizeBytes > largestSize ? { size: String(sizeBytes) } : {}),
  };
}

function renderExtension(records: Readonly<Record<string, string>>, { modifiedAt }: TarEntry): Buffer {
  const content = renderRecords(records);
  const header = { type: 'x', path: 'PaxHeader', target: '', sizeBytes: content.length, mode: 0o644, modifiedAt };
  return Buffer.concat([renderHeader(header), content, renderPadding(content.length)]);
}
