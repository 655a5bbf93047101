import { accessSync, chmodSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '@berth/spec/problem';
import { findLockHolder } from './lock-holder.ts';
import { isLocked, storeProblem } from './store-problem.ts';

/** Opens or makes the database for this process alone. Waits up to `lockWaitMs` for another process to let go of it. */
export function openDatabase(file: string, lockWaitMs: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    prepareFile(file);
    database = new DatabaseSync(file, { timeout: lockWaitMs, enableForeignKeyConstraints: true });
    database.exec('pragma locking_mode = exclusive');
    refuseForeign(database, file);
    chmodSync(file, 0o600);
    takeLock(database);
    return database;
  } catch (error) {
    database?.close();
    throw isLocked(error) ? inUseProblem(file, error) : storeProblem(error, `The store ${file}`);
  }
}

/** Only the owner may read it: it holds registry passwords. SQLite gives its log beside the file the same mode. */
function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file) || statSync(file).size === 0) refuseOrphanedLog(file);
  if (!existsSync(file)) closeSync(openSync(file, 'ax', 0o600));
  accessSync(file, constants.W_OK);
}

/** SQLite would throw the log of a vanished database away, and with it the newest writes. */
function refuseOrphanedLog(file: string): void {
  const log = `${file}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) return;
  throw new Problem(
    'internal',
    `The store ${file} is gone but its log ${log} is there: restore both from a backup, or move the log away.`,
  );
}

/** The file may be another program's: look before anything is changed. */
function refuseForeign(database: DatabaseSync, file: string): void {
  const tables = database.prepare(`select name from sqlite_schema where type = 'table'`).all();
  if (tables.length === 0 || tables.some(({ name }) => name === 'kysely_migration')) return;
  throw new Problem('internal', `The file ${file} is a database, but no store of Berth: name another data folder.`);
}

/**
 * The lock is the kernel's, so it ends with the process, however that ends. FULL makes each commit wait for the disk:
 * in WAL mode NORMAL would lose the last ones when the power goes.
 */
function takeLock(database: DatabaseSync): void {
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec('pragma journal_size_limit = 16777216');
  database.exec('begin immediate');
  database.exec('commit');
  database.exec('pragma busy_timeout = 5000');
}

function inUseProblem(file: string, cause: unknown): Problem {
  const pid = findLockHolder(file);
  const holder = pid === undefined ? 'another process' : `process ${pid}`;
  return new Problem(
    'internal',
    `The store ${file} is in use by ${holder}: end that one first, or name another data folder.`,
    { cause },
  );
}
