import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { obtainStickyKey } from './sticky-key.ts';

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-sticky-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const obtain = (name = 'key') => obtainStickyKey(join(folder, name), (_level, message) => void lines.push(message));

test('the next edge has the same key, and nobody else may read it', () => {
  const key = obtain();
  expect(key).toHaveLength(32);
  expect(obtain()).toEqual(key);
  expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600);
  expect(obtain('other')).not.toEqual(key);
});

test('without a file that can be used the edge serves on with a key of its own', () => {
  writeFileSync(join(folder, 'key'), 'short');
  expect(obtain()).toHaveLength(32);
  expect(obtain('no/such/folder')).toHaveLength(32);
  expect(lines).toEqual(Array(2).fill('the key for sticky visitors cannot be kept'));
});
