import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLog } from './follow-log.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-chp-'));
  file = join(folder, 'edge.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what the edge says of itself is said on, line by line', async () => {
  const said: string[] = [];
  writeFileSync(file, '{"time":"t","level":"info","message":"listening","routes":2}\n');
  const stop = followLog(file, (level, text) => void said.push(`${level} ${text}`));
  expect(said).toEqual(['debug edge: listening routes=2']);
  appendFileSync(file, '{"level":"warn","message":"an instance');
  appendFileSync(file, ' did not answer","instance":"http://h"}\nno JSON\n');
  await expect
    .poll(() => said.slice(1))
    .toEqual(['warn edge: an instance did not answer instance="http://h"', 'debug edge: no JSON']);
  stop();
});
