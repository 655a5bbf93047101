import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { errorFacts, type Log } from '../log.ts';

const BYTES = 32;

/**
 * The key of the cookies by which visitors stay with their instances: made once and kept in a file, so that the edge
 * that follows this one knows its visitors. Where no file can be had, the key lasts as long as the process.
 */
export function obtainStickyKey(file: string, log: Log): Uint8Array {
  try {
    return readKey(file) ?? makeKey(file);
  } catch (error) {
    log('warn', 'the key for sticky visitors cannot be kept', { file, ...errorFacts(error) });
    return randomBytes(BYTES);
  }
}

function readKey(file: string): Uint8Array | undefined {
  try {
    const key = readFileSync(file);
    if (key.length === BYTES) return key;
    throw new Error('It holds something else.');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of two edges that start at once one makes it. */
function makeKey(file: string): Uint8Array {
  const key = randomBytes(BYTES);
  try {
    writeFileSync(file, key, { flag: 'wx', mode: 0o600 });
    return key;
  } catch (error) {
    const made = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKey(file) : undefined;
    if (made !== undefined) return made;
    throw error;
  }
}
