import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EdgeRoute } from '../core/route-table.ts';
import { createLog } from './log.ts';
import { RouteFile } from './route-file.ts';
import { routeTo } from './testing/app.ts';

let folder: string;
let path: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-edge-'));
  path = join(folder, 'deep', 'routes.json');
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (list: () => readonly EdgeRoute[] = () => []): RouteFile =>
  new RouteFile(
    path,
    list,
    createLog((line) => lines.push(line)),
  );

test('routes come back as they were', async () => {
  const routes = [
    routeTo([{ instance: 'one', host: '127.0.0.1', port: 80 }]),
    routeTo([], { host: 'b.test', unavailable: 'Paused.' }),
  ];
  const file = open(() => routes);
  file.touch();
  await file.flush();
  expect(open().load()).toEqual(routes);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['routes.json']);
});

test('a thousand changes in a burst are one write, of the last', async () => {
  let asked = 0;
  let count = 0;
  const file = open(() => {
    asked += 1;
    return [routeTo([], { app: String(count) })];
  });
  for (count = 0; count < 1_000; count += 1) file.touch();
  await file.flush();
  expect(asked).toBe(1);
  expect(open().load()[0]?.app).toBe('1000');
});

test('a change during a write is written after it', async () => {
  let app = 'first';
  const file = open(() => {
    const routes = [routeTo([], { app })];
    if (app === 'first') file.touch();
    app = 'second';
    return routes;
  });
  file.touch();
  await file.flush();
  expect(open().load()[0]?.app).toBe('second');
});

test.each([['{"half":'], ['{}'], ['[{"host":1}]'], ['']])(
  'a file that holds %j is as good as none, and that is said',
  async (text) => {
    const file = open();
    file.touch();
    await file.flush();
    writeFileSync(path, text);
    expect(open().load()).toEqual([]);
    expect(lines.join('')).toContain('"level":"error"');
  },
);

test('no file is no error', () => {
  expect(open().load()).toEqual([]);
  expect(lines.join('')).not.toContain('"level":"error"');
});

test('a file that cannot be written is said and leaves the old one', async () => {
  const file = open();
  file.touch();
  await file.flush();
  const broken = new RouteFile(
    join(path, 'below-a-file'),
    () => [],
    createLog((line) => lines.push(line)),
  );
  broken.touch();
  await broken.flush();
  expect(lines.join('')).toContain('the route file cannot be written');
  expect(readFileSync(path, 'utf8')).toBe('[]');
});
