import { execFileSync, spawnSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packFiles } from './pack-files.ts';
import { readTar } from './read-tar.ts';
import { newTally, type Tally } from './tally.ts';
import { renderHeader, type TarEntry } from './tar-header.ts';
import { unpackFiles } from './unpack-files.ts';
import { renderEntry, renderPadding, tarEnd } from './write-tar.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-tar-'));
  await mkdir(join(folder, 'in'));
  await mkdir(join(folder, 'out'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

type Part = Partial<TarEntry> & { readonly content?: string };

/** An archive as somebody else may have made it. */
async function* archive(...parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const { content = '', ...part } of parts) {
    const sizeBytes = Buffer.byteLength(content);
    const entry: TarEntry = {
      path: 'a',
      kind: 'file',
      mode: 0o644,
      modifiedAt: 1_000_000,
      target: '',
      ...part,
      sizeBytes,
    };
    yield renderEntry(entry);
    yield Buffer.from(content);
    yield renderPadding(sizeBytes);
  }
  yield tarEnd;
}

async function unpack(chunks: AsyncIterable<Uint8Array>, rename = (first: string) => first): Promise<Tally> {
  const tally = newTally();
  await unpackFiles(readTar(chunks), { folder: join(folder, 'out'), rename }, tally);
  return tally;
}

const out = (...parts: string[]) => join(folder, 'out', ...parts);

/** Pieces of odd sizes, as a network gives them. */
async function* inPieces(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  const whole = Buffer.concat(await Array.fromAsync(chunks));
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes);
}

describe('a folder that is packed and unpacked', () => {
  const longName = `${'long'.repeat(30)}-ü.txt`;

  beforeEach(async () => {
    await mkdir(join(folder, 'in', 'sub', 'empty'), { recursive: true });
    await writeFile(join(folder, 'in', 'a.txt'), 'one', { mode: 0o600 });
    await writeFile(join(folder, 'in', 'nothing'), '');
    await writeFile(join(folder, 'in', 'sub', longName), Buffer.alloc(100_000, 7));
    await symlink('../a.txt', join(folder, 'in', 'sub', 'link'));
  });

  test.each([1, 511, 512, 70_000])('is the same again, in pieces of %d bytes', async (bytes) => {
    const packed = packFiles({ localPath: join(folder, 'in'), name: 'site' }, newTally());
    const tally = await unpack(inPieces(packed, bytes), () => 'renamed');
    expect(tally).toEqual({ files: 3, bytes: 100_003, skipped: [] });
    expect(await readFile(out('renamed', 'a.txt'), 'utf8')).toBe('one');
    expect((await stat(out('renamed', 'a.txt'))).mode & 0o777).toBe(0o600);
    expect((await readFile(out('renamed', 'sub', longName))).equals(Buffer.alloc(100_000, 7))).toBe(true);
    expect(await readlink(out('renamed', 'sub', 'link'))).toBe('../a.txt');
    expect(await readdir(out('renamed', 'sub', 'empty'))).toEqual([]);
  });

  test.skipIf(!hasGnuTar())('can be read by any tar', async () => {
    const packed = Buffer.concat(
      await Array.fromAsync(packFiles({ localPath: join(folder, 'in'), name: '.' }, newTally())),
    );
    await writeFile(join(folder, 'x.tar'), packed);
    const listed = execFileSync('tar', ['-tf', join(folder, 'x.tar'), '--quoting-style=literal'], { encoding: 'utf8' });
    expect(listed.trim().split('\n')).toEqual([
      'a.txt',
      'nothing',
      'sub/',
      'sub/empty/',
      'sub/link',
      `sub/${longName}`,
    ]);
  });

  test.skipIf(!hasGnuTar())('comes out of any tar', async () => {
    for (const format of ['gnu', 'posix']) {
      execFileSync('tar', ['-cf', join(folder, 'x.tar'), `--format=${format}`, '-C', join(folder, 'in'), '.']);
      const bytes = await readFile(join(folder, 'x.tar'));
      expect((await unpack(inPieces(archiveOf(bytes), 1000))).files).toBe(3);
      expect((await stat(out('sub', longName))).size).toBe(100_000);
    }
  });

  async function* archiveOf(bytes: Buffer): AsyncGenerator<Buffer> {
    yield bytes;
  }
});

describe('an archive that means harm', () => {
  test.each(['../evil', 'a/../../evil', '..'])('writes nothing to %s', async (path) => {
    await expect(unpack(archive({ path, content: 'x' }))).rejects.toThrow('leads out of it');
    expect(await readdir(folder)).toEqual(['in', 'out']);
  });

  test('stays inside with an absolute path', async () => {
    await unpack(archive({ path: '/etc/evil', content: 'x' }));
    expect(await readFile(out('etc', 'evil'), 'utf8')).toBe('x');
  });

  test.each(['/etc', '..', '../in', 'a/../../in'])('leaves a link to %s out', async (target) => {
    const tally = await unpack(archive({ path: 'link', kind: 'symlink', target }));
    expect(tally.skipped).toEqual([{ path: 'link', reason: `leads out of the copy, to ${target}` }]);
    expect(await readdir(out())).toEqual([]);
  });

  test('writes nothing through a link of its own', async () => {
    const attack = archive(
      { path: 'sub', kind: 'folder' },
      { path: 'link', kind: 'symlink', target: 'sub' },
      { path: 'link/x', content: 'x' },
    );
    await expect(unpack(attack)).rejects.toThrow('is there already and is a folder');
    expect(await readdir(out('sub'))).toEqual([]);
  });

  test('writes nothing through a link that was here before', async () => {
    await symlink(join(folder, 'in'), out('link'));
    await expect(unpack(archive({ path: 'link/x', content: 'x' }))).rejects.toThrow('is no folder');
    await symlink(join(folder, 'in', 'victim'), out('file'));
    await unpack(archive({ path: 'file', content: 'mine' }));
    expect((await lstat(out('file'))).isFile()).toBe(true);
    expect(await readdir(join(folder, 'in'))).toEqual([]);
  });

  test('gives no second name to a file that it did not bring', async () => {
    await writeFile(out('mine'), 'secret');
    const tally = await unpack(archive({ path: 'stolen', kind: 'hardlink', target: 'mine' }));
    expect(tally.skipped.map(({ path }) => path)).toEqual(['stolen']);
  });

  test('makes no file that acts as its owner', async () => {
    await unpack(archive({ path: 'tool', mode: 0o4755, content: 'x' }));
    expect((await stat(out('tool'))).mode & 0o7777).toBe(0o755);
  });

  test.each([
    ['is cut short', (whole: Buffer) => whole.subarray(0, 700)],
    ['is damaged', (whole: Buffer) => Buffer.concat([Buffer.from('?'), whole.subarray(1)])],
  ])('that %s is a complaint', async (_title, harm) => {
    const whole = Buffer.concat(await Array.fromAsync(archive({ content: 'x'.repeat(600) })));
    await expect(
      unpack(
        (async function* () {
          yield harm(whole);
        })(),
      ),
    ).rejects.toThrow(/archive/);
  });

  test('with a device in it goes on with the rest', async () => {
    const device = renderHeader({ type: '3', path: 'disk', target: '', sizeBytes: 0, mode: 0o666, modifiedAt: 0 });
    async function* chunks(): AsyncGenerator<Buffer> {
      yield device;
      yield* archive({ path: 'b', content: 'x' });
    }
    expect(await unpack(chunks())).toMatchObject({ files: 1, skipped: [{ path: 'disk' }] });
  });
});

test('a second name of a file in the copy is one again', async () => {
  await unpack(archive({ path: 'x/a', content: 'one' }, { path: 'x/b', kind: 'hardlink', target: 'x/a' }), () => 'y');
  expect(await readFile(out('y', 'b'), 'utf8')).toBe('one');
  expect((await stat(out('y', 'b'))).nlink).toBe(2);
});

test('only as much of an archive is read as is asked for', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for await (const chunk of archive({ content: 'x'.repeat(5000) }, { path: 'b' })) {
      given += 1;
      yield chunk;
    }
  }
  for await (const { entry } of readTar(endless())) {
    expect(entry.path).toBe('a');
    break;
  }
  expect(given).toBe(1);
});

function hasGnuTar(): boolean {
  return spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU') ?? false;
}
