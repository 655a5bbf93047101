/** Everything in a tar file comes in blocks of so many bytes. */
export const blockBytes = 512;

/** One thing in an archive, without its content. */
export interface TarEntry {
  /** Relative, with `/` between its parts, without one at the end. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other';
  readonly sizeBytes: number;
  readonly mode: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** Of links: what they lead to, as written. */
  readonly target: string;
}

/** A header block of POSIX ustar as it stands: extended headers are entries of their own here. */
export interface RawHeader {
  readonly type: string;
  readonly path: string;
  readonly target: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly modifiedAt: number;
}

/** Undefined for a block of zeros, of which two end an archive. Throws where it is no header at all. */
export function parseHeader(block: Buffer): RawHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (readNumber(block, 148, 8) !== checksum(block))
    throw new Error('The archive is damaged: a header has a wrong checksum.');
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? readText(block, 345, 155) : '';
  const name = readText(block, 0, 100);
  return {
    type: String.fromCodePoint(block[156] || 0x30),
    path: prefix === '' ? name : `${prefix}/${name}`,
    target: readText(block, 157, 100),
    sizeBytes: readNumber(block, 124, 12),
    mode: readNumber(block, 100, 8),
    modifiedAt: readNumber(block, 136, 12) * 1000,
  };
}

/** A ustar header; what does not fit into it must have come in an extended one before. */
export function renderHeader({ type, path, target, sizeBytes, mode, modifiedAt }: RawHeader): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(path, 0, 100);
  block.write(renderOctal(mode, 8), 100);
  block.write(renderOctal(0, 8).repeat(2), 108);
  block.write(renderOctal(sizeBytes <= largestSize ? sizeBytes : 0, 12), 124);
  block.write(renderOctal(Math.max(0, Math.floor(modifiedAt / 1000)), 12), 136);
  block.write(type, 156);
  block.write(target, 157, 100);
  block.write('ustar\u000000', 257);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** The largest size that eleven octal digits can say. */
export const largestSize = 8 ** 11 - 1;

function readText(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal digits, or GNU's big-endian number behind a first bit of 1. */
function readNumber(block: Buffer, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) === 0) return Number.parseInt(readText(block, at, length).trim() || '0', 8);
  return block.subarray(at + 1, at + length).reduce((number, byte) => number * 256 + byte, 0);
}

/** The sum of all bytes, with the checksum's own field full of spaces. */
function checksum(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

/** The width includes the closing NUL. */
function renderOctal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
