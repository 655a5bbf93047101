import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from './open-sqlite-store.ts';

const writer = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-crash-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what was acknowledged is there after kill -9, whole and sound, twenty times over', {
  timeout: 120_000,
}, async () => {
  const file = join(folder, 'store.db');
  let written = 0;
  for (let round = 0; round < 20; round += 1) {
    const acknowledged = await writeUntilKilled(file, Math.random() * 40);
    expect(acknowledged.at(0)).toBe(written + 1);
    written = await countWritten(file);
    const last = acknowledged.at(-1) ?? 0;
    expect(written, `acknowledged up to ${last}`).toBeOneOf([last, last + 1]);
    expect(checkIntegrity(file)).toBe('ok');
  }
});

/** Kills the writer so many milliseconds after its first acknowledgement; the numbers it acknowledged. */
async function writeUntilKilled(file: string, afterMs: number): Promise<number[]> {
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.once('readable', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return output.split('\n').slice(0, -1).map(Number);
}

/** The number of the newest commit; every one up to it must be there, both halves of each. */
async function countWritten(file: string): Promise<number> {
  const store = await openSqliteStore(file);
  const events = await store.listEvents({ after: 0, limit: 1_000_000 });
  const { users } = await store.load();
  await store.close();
  const numbers = events.map((_, index) => index + 1);
  expect(events.map(({ id }) => id)).toEqual(numbers);
  expect(new Set(users.map(({ name }) => Number(name)))).toEqual(new Set(numbers));
  return numbers.length;
}

function checkIntegrity(file: string): unknown {
  const database = new DatabaseSync(file);
  try {
    return database.prepare('pragma integrity_check').get()?.['integrity_check'];
  } finally {
    database.close();
  }
}
