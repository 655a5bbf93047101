import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../ports/store.ts';
import { eventAdd } from '../../ports/store-sample.contract.ts';
import { connect, openOn } from './open-sqlite-store.ts';
import { storeProblem } from './store-problem.ts';

let folder: string;
let database: DatabaseSync;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-full-'));
  const connection = connect(join(folder, 'store.db'), 100);
  database = connection.statements.database;
  store = await openOn(connection);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const large = eventAdd(2, { detail: 'x'.repeat(1_000_000) });

test('a full disk is told as one, keeps nothing of the commit, and harms nothing', async () => {
  await store.commit([eventAdd(1)]);
  database.exec('pragma max_page_count = 60');
  const message = expect.stringMatching(/ is on a disk that is full: free some space there/);
  await expect(store.commit([large, eventAdd(3)])).rejects.toMatchObject({ code: 'internal', message });
  expect((await store.load()).lastEventId).toBe(1);
  database.exec('pragma max_page_count = 100000');
  await store.commit([large]);
  expect((await store.load()).lastEventId).toBe(2);
});

test('a store that cannot be written to is told as such', async () => {
  database.exec('pragma query_only = on');
  const message = expect.stringMatching(/ cannot be written to: see that its disk /);
  await expect(store.commit([eventAdd(1)])).rejects.toMatchObject({ code: 'internal', message });
  await expect(store.load()).resolves.toMatchObject({ lastEventId: 0 });
});

test.each([
  ['ENOSPC', 'full'],
  ['EROFS', 'cannot be written to'],
  ['EACCES', 'cannot be written to'],
  ['ENOTDIR', 'cannot be opened'],
])('a failing file system (%s) is told in words: %s', (code, words) => {
  const error = Object.assign(new Error(code), { code, syscall: 'open' });
  expect(storeProblem(error).message).toContain(words);
});

test('a failure that nobody foresaw keeps its message out of sight and its cause at hand', () => {
  const error = new TypeError('secret detail');
  const problem = storeProblem(error);
  expect(problem.message).toBe('Berth’s store failed: the log holds the cause.');
  expect(problem.cause).toBe(error);
});
