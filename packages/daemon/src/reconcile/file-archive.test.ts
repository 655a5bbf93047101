import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
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
