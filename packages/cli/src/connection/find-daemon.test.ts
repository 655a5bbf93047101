import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configPath, readLogin, removeLogin, writeLogin } from './config-file.ts';
import { findDaemon } from './find-daemon.ts';
import { testWorld } from '../test-world.contract.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-cli-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const worldWith = (environment: Record<string, string> = {}) =>
  testWorld({ environment, homeFolder: join(folder, 'home'), workingFolder: join(folder, 'work') });

async function putToken(data: string, token: string): Promise<void> {
  await mkdir(join(folder, 'work', data), { recursive: true });
  await writeFile(join(folder, 'work', data, 'admin.token'), `${token}\n`);
}

const elsewhere = 'https://berth.example.org';

describe('the daemon that is meant', () => {
  test('is the one on this machine when nobody says anything', async () => {
    expect(await findDaemon({}, worldWith())).toMatchObject({ url: 'http://127.0.0.1:7070', urlSource: 'the default' });
  });

  test('is the option’s before the variable’s before the saved one', async () => {
    const world = worldWith({ BERTH_URL: 'http://variable:1' });
    await writeLogin(configPath(world), { url: elsewhere, token: 'saved' });
    expect((await findDaemon({ url: 'option:2/' }, world)).url).toBe('http://option:2');
    expect((await findDaemon({}, world)).url).toBe('http://variable:1');
    expect((await findDaemon({}, worldWith())).url).toBe(elsewhere);
  });

  test.each(['ftp://x', 'http://me:secret@x', 'http://x?y=1', 'http://'])('is never %s', async (url) => {
    await expect(findDaemon({ url }, worldWith())).rejects.toMatchObject({ complaint: { exitCode: 2 } });
  });
});

describe('the token', () => {
  test('is the option’s before the variable’s before the saved one before the local one', async () => {
    const url = 'http://127.0.0.1:7070';
    await putToken('berth-data', 'local');
    const tokenOf = async (given: { token?: string }, environment: Record<string, string>) =>
      (await findDaemon(given, worldWith(environment))).token;
    expect(await tokenOf({}, {})).toBe('local');
    await writeLogin(configPath(worldWith()), { url, token: 'saved' });
    expect(await tokenOf({}, {})).toBe('saved');
    expect(await tokenOf({}, { BERTH_TOKEN: 'variable' })).toBe('variable');
    expect(await tokenOf({ token: 'option' }, { BERTH_TOKEN: 'variable' })).toBe('option');
  });

  test('that was saved for one daemon is shown to no other', async () => {
    await writeLogin(configPath(worldWith()), { url: elsewhere, token: 'saved' });
    expect((await findDaemon({ url: 'https://evil.example.org' }, worldWith())).token).toBeUndefined();
    expect((await findDaemon({ url: elsewhere }, worldWith())).token).toBe('saved');
  });

  test('of a daemon here is not shown to one elsewhere', async () => {
    await putToken('.berth', 'local');
    expect((await findDaemon({ url: elsewhere }, worldWith())).token).toBeUndefined();
    expect((await findDaemon({ url: 'http://localhost:7071' }, worldWith())).token).toBe('local');
  });

  test('is looked for in the data folder that the variable names first', async () => {
    await putToken('.berth', 'usual');
    await putToken('mine', 'mine');
    expect((await findDaemon({}, worldWith({ BERTH_DATA: 'mine' }))).token).toBe('mine');
  });

  test('that cannot be read is named', async () => {
    const file = join(folder, 'work', '.berth', 'admin.token');
    await mkdir(file, { recursive: true });
    expect(await findDaemon({}, worldWith())).toMatchObject({ token: undefined, lockedTokenFile: file });
  });
});

describe('a saved login', () => {
  test('can be read by its owner alone, and is forgotten', async () => {
    const path = configPath(worldWith());
    await writeLogin(path, { url: elsewhere, token: 'secret' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readLogin(path)).toEqual({ url: elsewhere, token: 'secret' });
    await removeLogin(path);
    expect(await readLogin(path)).toBeUndefined();
  });

  test('that is damaged is a complaint, not a guess', async () => {
    const path = configPath(worldWith());
    await writeLogin(path, { url: elsewhere, token: 'secret' });
    await writeFile(path, '{"url": 1}');
    await expect(readLogin(path)).rejects.toMatchObject({ complaint: { title: `${path} does not hold a login` } });
  });
});
