import { accessSync, constants, readFileSync } from 'node:fs';

const PLACES = ['/bin/busybox', '/usr/bin/busybox'];
const ELF_MAGIC = 0x7f454c46;
/** The kind of program header that names a dynamic loader. */
const PT_INTERP = 3;

/**
 * Path of a static busybox on this machine: a whole small operating system in one file,
 * of which images can be made without any registry.
 */
export function findStaticBusybox(): string | undefined {
  return PLACES.find((path) => isExecutable(path) && isStatic(readFileSync(path)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Static means that no program header asks for a loader (ELF-64, little endian). */
function isStatic(elf: Buffer): boolean {
  if (elf.readUInt32BE(0) !== ELF_MAGIC) return false;
  const start = Number(elf.readBigUInt64LE(32));
  const sizeBytes = elf.readUInt16LE(54);
  const count = elf.readUInt16LE(56);
  return !Array.from({ length: count }, (_, index) => elf.readUInt32LE(start + index * sizeBytes)).includes(PT_INTERP);
}
