import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type Bench, expectProblem } from './engine-bench.contract.ts';

/** Files into and out of containers. */
export function describeArchives(bench: Bench): void {
  test('what was put in comes out again', async () => {
    const id = await bench.start();
    await bench.engine.containers.putArchive(id, '/tmp', Readable.from(packFile('cargo.txt', 'tea and coffee')));
    const archive = await buffer(await bench.engine.containers.getArchive(id, '/tmp/cargo.txt'));
    expect(readFirst(archive)).toEqual({ name: 'cargo.txt', content: 'tea and coffee' });
    expect((await bench.exec(id, { command: ['cat', '/tmp/cargo.txt'] })).stdout).toBe('tea and coffee');
  });

  test('files go in before the first start, and come out after the end', async () => {
    const id = await bench.create({ command: ['cat', '/tmp/cargo.txt'] });
    await bench.engine.containers.putArchive(id, '/tmp', Readable.from(packFile('cargo.txt', 'x'.repeat(100_000))));
    await bench.engine.containers.start(id);
    await bench.engine.containers.stop(id, 1);
    const archive = await buffer(await bench.engine.containers.getArchive(id, '/tmp/cargo.txt'));
    expect(readFirst(archive).content).toHaveLength(100_000);
  });

  test('a directory comes out with what is in it', async () => {
    const id = await bench.create();
    await bench.engine.containers.putArchive(id, '/tmp', Readable.from(packFile('hold/cargo.txt', 'tea')));
    const archive = await buffer(await bench.engine.containers.getArchive(id, '/tmp/hold'));
    expect(archive.toString('latin1')).toContain('hold/cargo.txt');
  });

  test('there is no writing into what is no directory', async () => {
    const id = await bench.create();
    await bench.engine.containers.putArchive(id, '/tmp', Readable.from(packFile('cargo.txt', 'tea')));
    for (const path of ['/no/such/place', '/tmp/cargo.txt', '/tmp/cargo.txt/below']) {
      const tar = Readable.from(packFile('x', 'x'.repeat(3_000_000)));
      await expectProblem(bench.engine.containers.putArchive(id, path, tar), 'file-not-found');
    }
  });

  test('there is no reading of what is not there', async () => {
    const id = await bench.create();
    await expectProblem(bench.engine.containers.getArchive(id, '/tmp/none'), 'file-not-found');
  });

  test('a container that is not there takes no files', async () => {
    const tar = Readable.from(packFile('x', 'y'));
    await expectProblem(bench.engine.containers.putArchive('0123456789abcdef', '/tmp', tar), 'instance-not-found');
  });

  test('an upload that breaks off is the fault of its source', async () => {
    const id = await bench.create();
    const tar = Readable.from(breakOff());
    await expectProblem(bench.engine.containers.putArchive(id, '/tmp', tar), 'malformed-request');
  });
}

async function* breakOff(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(512);
  throw new Error('the client went away');
}

/** A tar archive with one file, in the least of the format that engines take. */
export function packFile(name: string, text: string): Buffer[] {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\u00000000000\u00000000000\u0000', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512), Buffer.alloc(1024)];
}

function readFirst(archive: Buffer): { name: string; content: string } {
  const [name = ''] = archive.toString('utf8', 0, 100).split('\0');
  const sizeBytes = Number.parseInt(archive.toString('latin1', 124, 135), 8);
  return { name, content: archive.toString('utf8', 512, 512 + sizeBytes) };
}
