import { readFileSync, statSync } from 'node:fs';

// SQLite locks bytes from here on (sqlite3 os.h, PENDING_BYTE), so no other program's lock is mistaken for a store's.
const firstLockByte = 0x40000000;

/** The process that holds the SQLite database `file`, where the kernel tells (Linux, same process-id namespace). */
export function findLockHolder(file: string): number | undefined {
  try {
    return parseLockHolder(readFileSync('/proc/locks', 'utf8'), statSync(file).ino);
  } catch {
    return undefined;
  }
}

/** Finds the holder of an inode's lock in `/proc/locks`: `1: POSIX ADVISORY WRITE <pid> <device>:<inode> <start> <end>`. */
export function parseLockHolder(locks: string, inode: number): number | undefined {
  for (const line of locks.split('\n')) {
    const [, kind, , , pid, place, start] = line.trim().split(/\s+/);
    const isStoreLock = kind === 'POSIX' && place?.split(':')[2] === String(inode) && Number(start) >= firstLockByte;
    if (isStoreLock && Number(pid) > 0) return Number(pid);
  }
  return undefined;
}
