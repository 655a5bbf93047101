import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BuildPlan, obtainBuild } from '../../scripts/build/obtain-build.ts';
import { startChild } from '../harness/child.ts';

let root: string;
let plan: BuildPlan;
let builds: number;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-build-'));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/main.ts'), 'one');
  builds = 0;
  plan = {
    root,
    sources: ['src/*.ts'],
    folder: join(root, 'dist'),
    build: async (folder) => {
      builds += 1;
      writeFileSync(join(folder, 'main.js'), readFileSync(join(root, 'src/main.ts')));
    },
  };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a build', () => {
  test('is made once, however often it is asked for and whenever its sources were written', async () => {
    const folder = await obtainBuild(plan);
    utimesSync(join(root, 'src/main.ts'), 1, 1);
    expect(await obtainBuild(plan)).toBe(folder);
    expect(builds).toBe(1);
  });

  test.each(['src/main.ts', 'src/other.ts'])('is made anew when %s has other contents', async (path) => {
    const before = await obtainBuild(plan);
    writeFileSync(join(root, path), 'two');
    const after = await obtainBuild(plan);
    expect(after).not.toBe(before);
    expect(builds).toBe(2);
  });

  test('does not depend on tests', async () => {
    const folder = await obtainBuild(plan);
    writeFileSync(join(root, 'src/main.test.ts'), '');
    expect(await obtainBuild(plan)).toBe(folder);
  });

  test('appears whole when two launchers make it at once', async () => {
    const [one, other] = await Promise.all([obtainBuild(plan), obtainBuild(plan)]);
    expect(builds).toBe(2);
    expect(other).toBe(one);
    expect(readFileSync(join(one, 'main.js'), 'utf8')).toBe('one');
    expect(readdirSync(plan.folder)).toHaveLength(1);
  });

  test('that fails leaves nothing behind that a next launcher would take for one', async () => {
    const broken = { ...plan, build: async () => Promise.reject(new Error('no room')) };
    await expect(obtainBuild(broken)).rejects.toThrow('no room');
    expect(readdirSync(plan.folder)).toEqual([]);
  });

  test('of earlier sources goes when nothing runs from it any more', async () => {
    const first = await obtainBuild(plan);
    const program = join(first, 'stays.js');
    writeFileSync(program, 'setInterval(() => {}, 1000);');
    const running = startChild({ command: process.execPath, args: [program], logPath: join(root, 'log'), env: {} });
    writeFileSync(join(root, 'src/main.ts'), 'two');
    await obtainBuild(plan);
    expect(readdirSync(plan.folder)).toHaveLength(2);
    await running.kill();
    writeFileSync(join(root, 'src/main.ts'), 'three');
    await obtainBuild(plan);
    expect(readdirSync(plan.folder)).toHaveLength(1);
  });
});
