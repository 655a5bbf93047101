import { Readable } from 'node:stream';
import type { InjectedFile } from '@berth/spec/app-spec';

const blockBytes = 512;

/** The bytes of an upload, and how many there are. */
export interface UploadSource {
  readonly sizeBytes: number;
  read(): Readable;
}

/**
 * A tar stream (POSIX ustar, long names as pax headers) of the files, to be unpacked at `/`; owned by root. Uploads pass through
 * piece by piece. It fails where one is not there, or not as long as it should be.
 */
export function fileArchive(
  files: readonly InjectedFile[],
  findUpload: (id: string) => UploadSource | undefined = () => undefined,
): Readable {
  return Readable.from(pack(files, findUpload), { objectMode: false });
}

async function* pack(
  files: readonly InjectedFile[],
  findUpload: (id: string) => UploadSource | undefined,
): AsyncGenerator<Buffer> {
  for (const file of files) {
    const upload = file.upload === undefined ? undefined : findUpload(file.upload);
    if (file.upload !== undefined && upload === undefined) throw new Error(`The upload ${file.upload} is gone.`);
    if (upload === undefined) yield entryOf(file);
    else yield* uploadEntry(file, upload);
  }
  yield Buffer.alloc(2 * blockBytes);
}

function entryOf(file: InjectedFile): Buffer {
  const content = Buffer.from(file.content ?? '', file.encoding);
  return Buffer.concat([headOf(file, content.length), content, Buffer.alloc(gapBehind(content.length))]);
}

async function* uploadEntry(file: InjectedFile, upload: UploadSource): AsyncGenerator<Buffer> {
  yield headOf(file, upload.sizeBytes);
  let sent = 0;
  for await (const piece of upload.read() as AsyncIterable<Buffer>) {
    sent += piece.length;
    if (sent > upload.sizeBytes) break;
    yield piece;
  }
  if (sent !== upload.sizeBytes) throw new Error(`The upload ${file.upload} is not as long as it was.`);
  const gap = gapBehind(sent);
  if (gap > 0) yield Buffer.alloc(gap);
}

function headOf(file: InjectedFile, size: number): Buffer {
  const name = file.path.slice(1);
  const long = Buffer.byteLength(name) > 100;
  const mode = Number.parseInt(file.mode, 8);
  const own = header({ name: long ? 'long-name' : name, size, mode, type: '0' });
  return Buffer.concat([...(long ? paxHeader(name) : []), own]);
}

/** The length in a pax record counts its own digits. */
function paxHeader(name: string): Buffer[] {
  const rest = ` path=${name}\n`;
  const bytes = Buffer.byteLength(rest);
  const length =
    [1, 2, 3, 4].map((digits) => bytes + digits).find((total, index) => String(total).length === index + 1) ?? bytes;
  const record = Buffer.from(`${length}${rest}`);
  const head = header({ name: 'pax', size: record.length, mode: 0o644, type: 'x' });
  return [head, record, Buffer.alloc(gapBehind(record.length))];
}

function header(entry: { name: string; size: number; mode: number; type: '0' | 'x' }): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(entry.name, 0, 100, 'utf8');
  block.write(octal(entry.mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(entry.size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(entry.type, 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/** How much is missing to a whole block. */
function gapBehind(length: number): number {
  return (blockBytes - (length % blockBytes)) % blockBytes;
}
