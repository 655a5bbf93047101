import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../ports/store.ts';
import { appPut, eventAdd } from '../../ports/store-sample.contract.ts';
import { openDatabase } from './open-database.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const crashWriter = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-open-'));
  file = join(folder, 'data', 'store.db');
});
afterEach(() => rm(folder, { recursive: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

async function inStore<Result>(use: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openSqliteStore(file);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

describe('a new store', () => {
  test('is readable by its owner only, in a folder of its own', async () => {
    await inStore(async (store) => {
      await store.commit([eventAdd(1)]);
      expect(modeOf(join(folder, 'data'))).toBe('700');
      expect(modeOf(file)).toBe('600');
      expect(modeOf(`${file}-wal`)).toBe('600');
    });
  });

  test('leaves the mode of a folder that was there before', async () => {
    await mkdir(join(folder, 'data'), { mode: 0o755 });
    await inStore(async () => {});
    expect([modeOf(join(folder, 'data')), modeOf(file)]).toEqual(['755', '600']);
  });

  test('is one file again once it is closed', async () => {
    await inStore((store) => store.commit([eventAdd(1)]));
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test('is fresh also where an earlier opening was cut short before it made anything', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(file, '');
    expect(await inStore(async (store) => store.fresh)).toBe(true);
  });
});

test('a commit waits for the disk', () => {
  const database = openDatabase(file, 100);
  const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
  expect(['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'].map(pragma)).toEqual(['wal', 2, 1, 5000]);
  database.close();
});

describe('a store in use', () => {
  test('is refused to a second daemon, which is told the first one’s process', async () => {
    const other = spawn(process.execPath, [crashWriter, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    const opening = openSqliteStore(file, { lockWaitMs: 50 });
    const holder = existsSync('/proc/locks') ? `process ${other.pid}` : 'another process';
    const detail = `The store ${file} is in use by ${holder}: end that one first, or name another data folder.`;
    await expect(opening).rejects.toMatchObject({ code: 'internal', message: detail });
    other.kill('SIGKILL');
    await once(other, 'close');
    await inStore(async (store) => expect((await store.load()).lastEventId).toBeGreaterThan(0));
  });

  test('is refused within one process, too', async () => {
    await inStore(async () => {
      await expect(openSqliteStore(file, { lockWaitMs: 50 })).rejects.toThrow(/ is in use by /);
    });
    await inStore(async () => {});
  });
});

describe('a store that cannot be used says why, and is left as it is', () => {
  test('where the file is no database', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(file, 'not a database, whatever its name says'.repeat(100));
    await expectRefusal(/ is damaged: restore /);
  });

  test('where the file is damaged', async () => {
    await inStore((store) => store.commit([appPut({ id: 'a' })]));
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0xff, 100, 3000));
    await expectRefusal(/ is damaged: restore /);
  });

  test('where the file is cut off', async () => {
    await inStore((store) => store.commit(Array.from({ length: 2000 }, (_, index) => eventAdd(index + 1))));
    await truncate(file, statSync(file).size / 2);
    const opening = inStore((store) => store.listEvents({ after: 0, limit: 5000 }));
    await expect(opening).rejects.toMatchObject({ code: 'internal', message: expect.stringMatching(/ is damaged: /) });
  });

  test('where the file is another program’s database', async () => {
    await mkdir(join(folder, 'data'));
    const other = new DatabaseSync(file);
    other.exec('create table song (title text)');
    other.close();
    await expectRefusal(/ is a database, but no store of Berth: /);
  });

  test('where a newer Berth has written it', async () => {
    await inStore(async () => {});
    const newer = new DatabaseSync(file);
    newer.exec(`insert into kysely_migration values ('9001-later', '2030-01-01')`);
    newer.close();
    await expectRefusal(/schema version 9001, this Berth knows up to version \d+: start the newer Berth/);
  });

  test('where the file is gone but its log is there', async () => {
    const copy = join(folder, 'copy');
    await inStore(async (store) => {
      await store.commit([eventAdd(1)]);
      await copyFile(`${file}-wal`, copy);
    });
    await rm(file);
    await copyFile(copy, `${file}-wal`);
    await expect(openSqliteStore(file)).rejects.toThrow(/ is gone but its log /);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  });

  test('where there can be no such folder', async () => {
    await writeFile(join(folder, 'data'), '');
    await expect(openSqliteStore(file)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/ cannot be opened: check that its folder exists/),
    });
  });

  async function expectRefusal(sentence: RegExp): Promise<void> {
    const before = await readFile(file);
    const message = expect.stringMatching(sentence);
    await expect(openSqliteStore(file, { lockWaitMs: 50 })).rejects.toMatchObject({ code: 'internal', message });
    expect((await readFile(file)).equals(before)).toBe(true);
  }
});
