import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fileArchive } from './file-archive.ts';

const longName = `/opt/${'deep-folder/'.repeat(14)}settings-with-a-name.txt`;

test('injected files come out of the archive as they were given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-archive-'));
  const tar = fileArchive([
    { path: '/etc/app.conf', content: 'ünï\n', encoding: 'utf8', mode: '0640' },
    { path: '/bin/tool', content: Buffer.alloc(1500, 7).toString('base64'), encoding: 'base64', mode: '755' },
    { path: longName, content: '', encoding: 'utf8', mode: '0644' },
  ]);
  writeFileSync(join(folder, 'a.tar'), await buffer(tar));
  await promisify(execFile)('tar', ['-xf', 'a.tar'], { cwd: folder });
  expect(readFileSync(join(folder, 'etc/app.conf'), 'utf8')).toBe('ünï\n');
  expect(readFileSync(join(folder, 'bin/tool'))).toEqual(Buffer.alloc(1500, 7));
  expect(statSync(join(folder, 'bin/tool')).mode & 0o777).toBe(0o755);
  expect(statSync(join(folder, longName)).size).toBe(0);
  rmSync(folder, { recursive: true });
});

describe('an upload', () => {
  const file = { path: '/data', upload: 'one', encoding: 'utf8', mode: '0644' } as const;

  test('comes out as it was, between other files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'berth-archive-'));
    const bytes = Buffer.alloc(200_001, 'abcdefg');
    const tar = fileArchive([file, { path: '/next', content: 'x', encoding: 'utf8', mode: '0600' }], () => ({
      sizeBytes: bytes.length,
      read: () => Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]),
    }));
    writeFileSync(join(folder, 'a.tar'), await buffer(tar));
    await promisify(execFile)('tar', ['-xf', 'a.tar'], { cwd: folder });
    expect(readFileSync(join(folder, 'data'))).toEqual(bytes);
    expect(readFileSync(join(folder, 'next'), 'utf8')).toBe('x');
    rmSync(folder, { recursive: true });
  });

  test.each([4, 6])('that is not as long as it was breaks the archive (%i bytes of 5)', async (length) => {
    const source = { sizeBytes: 5, read: () => Readable.from([Buffer.alloc(length)]) };
    await expect(buffer(fileArchive([file], () => source))).rejects.toThrow('not as long');
  });

  test('that is gone breaks the archive', async () => {
    await expect(buffer(fileArchive([file]))).rejects.toThrow('is gone');
  });
});
