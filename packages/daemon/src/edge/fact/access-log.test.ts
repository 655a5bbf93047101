import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AccessLog, type AccessRecord } from './access-log.ts';

let folder: string;
const lines: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-access-'));
  lines.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (path: string): AccessRecord => ({
  time: '2026-01-01T00:00:00.000Z',
  app: 'blog',
  visitor: '10.0.0.1',
  method: 'GET',
  host: 'blog.example.org',
  path,
  status: 200,
  bytesIn: 0,
  bytesOut: 5,
  milliseconds: 1.5,
});
const openLog = (wish: { maxBytes?: number; files?: number; file?: string } = {}): AccessLog =>
  new AccessLog({ file: join(folder, 'access.log'), maxBytes: 1_000_000, files: 2, ...wish }, (_, message) =>
    lines.push(message),
  );
const pathsIn = (name: string): readonly string[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as AccessRecord).path);

test('every request is a line of JSON, in the order of their ends', async () => {
  const log = openLog();
  for (let at = 0; at < 2_000; at += 1) log.add(record(`/${at}`));
  await log.close();
  expect(pathsIn('access.log')).toEqual(Array.from({ length: 2_000 }, (_, at) => `/${at}`));
  expect(lines).toEqual([]);
});

test('lines come to the file by themselves', async () => {
  const log = openLog();
  log.add(record('/a'));
  await expect.poll(() => existsSync(join(folder, 'access.log')) && pathsIn('access.log')).toEqual(['/a']);
  await log.close();
});

test('a file that has grown is put aside, and only so many are kept', async () => {
  for (const at of [1, 2, 3, 4]) {
    const log = openLog({ maxBytes: 10 });
    log.add(record(`/${at}`));
    await log.close();
  }
  expect([pathsIn('access.log.1'), pathsIn('access.log.2')]).toEqual([['/4'], ['/3']]);
  expect(existsSync(join(folder, 'access.log'))).toBe(false);
  expect(existsSync(join(folder, 'access.log.3'))).toBe(false);
});

test('no other user reads it', async () => {
  const log = openLog();
  log.add(record('/a'));
  await log.close();
  expect(statSync(join(folder, 'access.log')).mode & 0o007).toBe(0);
});

test('a file that cannot be written is said, and requests go on', async () => {
  const log = openLog({ file: join(folder, 'absent', 'access.log') });
  log.add(record('/a'));
  await log.close();
  expect(lines).toEqual(['the access log cannot be written']);
});
