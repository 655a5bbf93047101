import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { versionOf } from './program-version.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-version-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('two copies of one program are of one version', () => {
  expect(versionOf(copy('one', { 'edge/edge-process.ts': 'a', 'core/x.ts': 'b' }))).toBe(
    versionOf(copy('two', { 'edge/edge-process.ts': 'a', 'core/x.ts': 'b' })),
  );
});

test.each([
  ['its own code', { 'edge/edge-process.ts': 'A' }],
  ['what it stands on', { 'core/x.ts': 'B' }],
])('a program with a change in %s is of another', (_, change) => {
  const before = versionOf(copy('before', { 'edge/edge-process.ts': 'a', 'core/x.ts': 'b' }));
  expect(versionOf(copy('after', { 'edge/edge-process.ts': 'a', 'core/x.ts': 'b', ...change }))).not.toBe(before);
});

test('a change in a test makes no other version', () => {
  const before = versionOf(copy('before', { 'edge/edge-process.ts': 'a' }));
  expect(versionOf(copy('after', { 'edge/edge-process.ts': 'a', 'edge/x.test.ts': 'b' }))).toBe(before);
});

test('a built program is what lies in its parts, too', () => {
  const before = versionOf(copy('before', { 'edge/edge-process.js': 'a', 'part/x.js': 'b' }));
  expect(versionOf(copy('after', { 'edge/edge-process.js': 'a', 'part/x.js': 'B' }))).not.toBe(before);
});

function copy(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, path, '..'), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name, Object.keys(files)[0] ?? '');
}
