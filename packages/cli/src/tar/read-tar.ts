import { BlockReader } from './block-reader.ts';
import { type ExtendedRecords, parseRecords } from './extended-header.ts';
import { blockBytes, parseHeader, type RawHeader, type TarEntry } from './tar-header.ts';

/** An entry and its content, which must be read before the next one is asked for; what is left of it is skipped. */
export interface TarItem {
  readonly entry: TarEntry;
  readonly content: AsyncIterable<Buffer>;
}

/** Headers that say more about the next entry may be so large; longer ones are an attack. */
const largestExtension = 1024 * 1024;

/** Reads a tar stream entry by entry: ustar, pax, and GNU's long names. Ending the loop early ends the stream. */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarItem, void> {
  const reader = new BlockReader(chunks);
  try {
    yield* readItems(reader);
  } finally {
    await reader.close();
  }
}

async function* readItems(reader: BlockReader): AsyncGenerator<TarItem, void> {
  const everywhere = new Map<string, string>();
  const next = new Map<string, string>();
  for (let header = await readHeader(reader); header !== undefined; header = await readHeader(reader)) {
    const records = await readExtension(reader, header);
    const place = header.type === 'g' ? everywhere : next;
    for (const [name, value] of Object.entries(records ?? {})) place.set(name, value);
    if (records !== undefined) continue;
    yield* readItem(reader, describe(header, Object.fromEntries([...everywhere, ...next])));
    next.clear();
  }
}

async function readHeader(reader: BlockReader): Promise<RawHeader | undefined> {
  const block = await reader.take(blockBytes);
  return block === undefined ? undefined : parseHeader(block);
}

/** What a header says about the next entry; undefined for the header of a true one. */
async function readExtension(
  reader: BlockReader,
  { type, sizeBytes }: RawHeader,
): Promise<ExtendedRecords | undefined> {
  if (!'xgLK'.includes(type)) return undefined;
  if (sizeBytes > largestExtension) throw new Error('The archive is damaged: an extended header is too long.');
  const content = (await reader.take(sizeBytes)) ?? Buffer.alloc(0);
  await reader.skip(padding(sizeBytes));
  if (type === 'x' || type === 'g') return parseRecords(content);
  return { [type === 'L' ? 'path' : 'linkpath']: content.toString('utf8').replace(/\0+$/, '') };
}

async function* readItem(reader: BlockReader, entry: TarEntry): AsyncGenerator<TarItem, void> {
  let left = entry.sizeBytes;
  async function* content(): AsyncGenerator<Buffer, void> {
    for await (const part of reader.stream(left)) {
      left -= part.length;
      yield part;
    }
  }
  yield { entry, content: content() };
  await reader.skip(left + padding(entry.sizeBytes));
}

const kinds: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'folder',
};

function describe(header: RawHeader, { path, linkpath, size, mtime }: ExtendedRecords): TarEntry {
  const kind = kinds[header.type] ?? 'other';
  const sizeBytes = size === undefined ? header.sizeBytes : Number(size);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
    throw new Error('The archive is damaged: a size is no number.');
  const modifiedAt = mtime === undefined ? header.modifiedAt : Number(mtime) * 1000;
  return {
    path: (path ?? header.path).replace(/\/+$/, ''),
    kind,
    // Only files have a content, whatever the header of another kind says.
    sizeBytes: kind === 'file' || kind === 'other' ? sizeBytes : 0,
    mode: header.mode,
    modifiedAt,
    target: linkpath ?? header.target,
  };
}

function padding(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}
