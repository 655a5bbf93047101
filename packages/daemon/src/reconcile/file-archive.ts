import { Readable } from 'node:stream';
import type { InjectedFile } from '@berth/spec/app-spec';

const blockBytes = 512;

/** A tar stream (POSIX ustar, long names as pax headers) of the files, to be unpacked at `/`; owned by root. */
export function fileArchive(files: readonly InjectedFile[]): Readable {
  const entries = files.flatMap((file) => entryOf(file));
  return Readable.from([Buffer.concat([...entries, Buffer.alloc(2 * blockBytes)])]);
}

function entryOf(file: InjectedFile): Buffer[] {
  const content = Buffer.from(file.content, file.encoding);
  const name = file.path.slice(1);
  const long = Buffer.byteLength(name) > 100;
  const mode = Number.parseInt(file.mode, 8);
  return [
    ...(long ? paxHeader(name) : []),
    header({ name: long ? 'long-name' : name, size: content.length, mode, type: '0' }),
    padded(content),
  ];
}

/** The length in a pax record counts its own digits. */
function paxHeader(name: string): Buffer[] {
  const rest = ` path=${name}\n`;
  const bytes = Buffer.byteLength(rest);
  const length =
    [1, 2, 3, 4].map((digits) => bytes + digits).find((total, index) => String(total).length === index + 1) ?? bytes;
  const record = Buffer.from(`${length}${rest}`);
  return [header({ name: 'pax', size: record.length, mode: 0o644, type: 'x' }), padded(record)];
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

function padded(content: Buffer): Buffer {
  const rest = content.length % blockBytes;
  return rest === 0 ? content : Buffer.concat([content, Buffer.alloc(blockBytes - rest)]);
}
