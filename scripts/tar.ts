/** One thing in an archive: a file when it has content, a symbolic link when it has a target, else a folder. */
export interface TarEntry {
  /** At most 100 bytes, relative, without a slash at the end. */
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly linkTo?: string;
  /** 0o644 for a file and 0o755 for a folder unless said. */
  readonly mode?: number;
}

const BLOCK = 512;

/**
 * Packs the archives an engine builds images from (POSIX ustar, the part of it that images need).
 * The same entries give the same bytes: no time, no owner.
 */
export function packTar(entries: readonly TarEntry[]): Buffer[] {
  return [...entries.flatMap(packEntry), Buffer.alloc(2 * BLOCK)];
}

function packEntry(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  return [renderHeader(entry, content.length), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

function renderHeader(entry: TarEntry, sizeBytes: number): Buffer {
  const kind = entry.content !== undefined ? '0' : entry.linkTo !== undefined ? '2' : '5';
  const path = kind === '5' ? `${entry.path}/` : entry.path;
  if (Buffer.byteLength(path) > 100) throw new RangeError(`The path is too long for a tar header: ${path}`);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0);
  header.write(renderOctal(entry.mode ?? (kind === '5' ? 0o755 : 0o644), 8), 100);
  header.write(renderOctal(0, 8).repeat(2), 108);
  header.write(renderOctal(sizeBytes, 12), 124);
  header.write(renderOctal(0, 12), 136);
  header.write(kind, 156);
  header.write(entry.linkTo ?? '', 157);
  header.write('ustar\u000000', 257);
  return writeChecksum(header);
}

/** The sum is taken with its own field full of spaces. */
function writeChecksum(header: Buffer): Buffer {
  header.write(' '.repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** The width includes the closing NUL. */
function renderOctal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
