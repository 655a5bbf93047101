import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RouteFile } from './route-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-chp-'));
  path = join(folder, 'routes.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const route = (name: string) => ({ path: `/${name}`, data: { target: 'http://h', user: name }, sinceMs: 1 });

test('routes are read as they were written', async () => {
  await new RouteFile(path).save([route('ü'), route('b')]);
  expect(new RouteFile(path).load()).toEqual([route('ü'), route('b')]);
  expect(readdirSync(folder)).toEqual(['routes.json']);
});

test('without a file there are none', () => {
  expect(new RouteFile(path).load()).toEqual([]);
});

test.each(['', '{', '{}', '[{"path":"a"}]'])('a file that holds %j stops the start', (text) => {
  writeFileSync(path, text);
  expect(() => new RouteFile(path).load()).toThrow(`cannot be read from ${path}: repair or remove it.`);
});

test('of saves that come at once the last one stays', async () => {
  const file = new RouteFile(path);
  await Promise.all(Array.from({ length: 50 }, (_, index) => file.save([route(String(index))])));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([route('49')]);
});

test('a save that failed is told, and the next one is tried', async () => {
  const file = new RouteFile(join(folder, 'absent', 'routes.json'));
  await expect(file.save([route('a')])).rejects.toThrow('ENOENT');
  await expect(file.save([route('a')])).rejects.toThrow('ENOENT');
});
