import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeUploadFolder } from '../../ports/upload-folder.contract.ts';
import type { UploadFolder } from '../../ports/upload-folder.ts';
import { createUploadFiles } from './upload-files.ts';

let root: string;
let folder: UploadFolder;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-uploads-'));
  folder = createUploadFiles(join(root, 'uploads'));
});
afterEach(() => rm(root, { recursive: true }));

describe('a folder of files', () => {
  describeUploadFolder(() => folder);

  test('is for the daemon’s user alone', async () => {
    await folder.write('one', Readable.from(['x']));
    expect((await stat(join(root, 'uploads'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, 'uploads', 'one'))).mode & 0o777).toBe(0o600);
  });

  test('tells of one that is being written, and of nothing twice', async () => {
    const source = new Readable({ read: () => undefined });
    const writing = folder.write('slow', source);
    await expect.poll(() => readdir(join(root, 'uploads')).catch(() => [])).toEqual(['slow.part']);
    expect(await folder.list()).toEqual(['slow']);
    source.push(null);
    await writing;
    expect(await folder.list()).toEqual(['slow']);
  });
});
