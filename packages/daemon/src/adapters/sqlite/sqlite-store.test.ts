import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../../ports/store.contract.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

describeStore('the SQLite store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'berth-store-'));
  return {
    open: () => openSqliteStore(join(folder, 'store.db')),
    remove: () => rm(folder, { recursive: true }),
  };
});
