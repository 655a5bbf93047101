import { posix } from 'node:path';
import { Problem } from '@berth/spec/problem';
import type { FileEntry } from './file-tree.ts';

/** One entry of an archive. */
export interface TarEntry {
  /** Relative, without `./` and a slash at the end. */
  readonly path: string;
  readonly entry: FileEntry;
}

const BLOCK = 512;

/** Reads POSIX archives: ustar with its prefix, and the long paths of pax. */
export function parseTar(archive: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + BLOCK);
    const sizeBytes = readOctal(header, 124, 12);
    if (!hasSum(header) || Number.isNaN(sizeBytes))
      throw new Problem('engine-failed', 'The archive could not be unpacked: invalid tar header.');
    const content = archive.subarray(at + BLOCK, at + BLOCK + sizeBytes);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') longPath = /\d+ path=(.*)\n/.exec(content.toString())?.[1];
    else if (type !== 'g') entries.push(parseEntry({ header, content, type }, longPath));
    if (type !== 'x') longPath = undefined;
    at += BLOCK + Math.ceil(sizeBytes / BLOCK) * BLOCK;
  }
  return entries;
}

/** Writes what `parseTar` reads. */
export function renderTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(renderEntry), Buffer.alloc(2 * BLOCK)]);
}

interface RawEntry {
  readonly header: Buffer;
  readonly content: Buffer;
  readonly type: string;
}

function parseEntry({ header, content, type }: RawEntry, longPath: string | undefined): TarEntry {
  const name = longPath ?? posix.join(readText(header, 345, 155), readText(header, 0, 100));
  const path = posix.relative('/', posix.resolve('/', name));
  const mode = readOctal(header, 100, 8) & 0o7777;
  if (type === '5') return { path, entry: { kind: 'directory', mode } };
  if (type === '2') return { path, entry: { kind: 'link', mode, target: readText(header, 157, 100) } };
  return { path, entry: { kind: 'file', mode, content: Buffer.from(content) } };
}

function renderEntry({ path, entry }: TarEntry): Buffer[] {
  const content = entry.kind === 'file' ? entry.content : Buffer.alloc(0);
  const name = entry.kind === 'directory' ? `${path}/` : path;
  const header = renderHeader({ name, entry, sizeBytes: content.length }, typeOf(entry));
  return [...renderLongPath(name, entry), header, content, renderPadding(content.length)];
}

function typeOf({ kind }: FileEntry): string {
  return kind === 'directory' ? '5' : kind === 'link' ? '2' : '0';
}

function renderLongPath(name: string, entry: FileEntry): Buffer[] {
  if (Buffer.byteLength(name) <= 100) return [];
  const record = ` path=${name}\n`;
  const bare = Buffer.byteLength(record);
  const length = bare + String(bare + String(bare).length).length;
  const content = Buffer.from(`${length}${record}`);
  return [renderHeader({ name: 'pax', entry, sizeBytes: content.length }, 'x'), content, renderPadding(content.length)];
}

function renderHeader(
  { name, entry, sizeBytes }: { name: string; entry: FileEntry; sizeBytes: number },
  type: string,
): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write(`${entry.mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  if (entry.kind === 'link') header.write(entry.target, 157, 100);
  header.write('ustar\u000000', 257);
  header.write(`${sum(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function renderPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
}

function hasSum(header: Buffer): boolean {
  return readOctal(header, 148, 8) === sum(header);
}

/** Of all bytes, the field of the sum itself counted as spaces. */
function sum(header: Buffer): number {
  return header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

function readText(header: Buffer, start: number, length: number): string {
  return header.toString('utf8', start, start + length).split('\0')[0] ?? '';
}

function readOctal(header: Buffer, start: number, length: number): number {
  return Number.parseInt(readText(header, start, length).trim() || '0', 8);
}
