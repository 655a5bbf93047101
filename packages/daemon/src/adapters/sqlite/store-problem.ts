import { isProblem, Problem } from '@berth/spec/problem';

/** What failed, as a problem: one sentence that ends in what to do next. `subject` names the store. */
export function storeProblem(error: unknown, subject = 'Berth’s store'): Problem {
  if (isProblem(error)) return error;
  return new Problem('internal', `${subject} ${causeOf(error)}`, { cause: error });
}

/** True when a row with the same name is there already. */
export function isTaken(error: unknown): boolean {
  return field(error, 'errcode') === uniqueViolation || field(error, 'errcode') === primaryKeyViolation;
}

/** True when another process holds the database. */
export function isLocked(error: unknown): boolean {
  return primaryCode(error) === busy;
}

// SQLite's result codes (sqlite.org/rescode.html); the low byte is the primary one.
const busy = 5;
const uniqueViolation = 2067;
const primaryKeyViolation = 1555;

const full = 'is on a disk that is full: free some space there; what was being written is not kept.';
const notWritable =
  'cannot be written to: see that its disk is not read-only, and its folder and files belong to the user that Berth runs as.';
const damaged = 'is damaged: restore its file from a backup; Berth has not touched it.';
const unopenable = 'cannot be opened: check that its folder exists and belongs to the user that Berth runs as.';

const bySqliteCode: Readonly<Record<number, string>> = {
  [busy]: 'is in use by another process: end that one first.',
  8: notWritable,
  10: 'is on a disk that failed: check the disk; what was being written is not kept.',
  11: damaged,
  13: full,
  14: unopenable,
  26: damaged,
};

const bySystemCode: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: notWritable,
  EACCES: notWritable,
  EPERM: notWritable,
};

function causeOf(error: unknown): string {
  const code = field(error, 'code');
  const sentence = bySqliteCode[primaryCode(error)] ?? (typeof code === 'string' ? bySystemCode[code] : undefined);
  if (sentence !== undefined) return sentence;
  return field(error, 'syscall') === undefined ? 'failed: the log holds the cause.' : unopenable;
}

function primaryCode(error: unknown): number {
  const code = field(error, 'errcode');
  return typeof code === 'number' ? code & 0xff : 0;
}

function field(error: unknown, name: string): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined;
}
