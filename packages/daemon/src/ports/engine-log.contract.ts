import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type Bench, readLog, waitForState } from './engine-bench.contract.ts';
import { packFile } from './engine-archive.contract.ts';

/** What a container said. */
export function describeLogs(bench: Bench): void {
  test('lines come in order, each with its stream and time', async () => {
    const before = Date.now();
    const { id } = await bench.run('echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three');
    const lines = await readLog(bench.engine, id);
    expect(lines.map(({ stream, line }) => `${stream} ${line}`)).toEqual(['stdout one', 'stderr two', 'stdout three']);
    for (const { at } of lines) {
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(Math.abs(Date.parse(at) - before)).toBeLessThan(60_000);
    }
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted());
  });

  test('the tail is the last lines, of none or more than there are too', async () => {
    const { id } = await bench.run('echo one; echo two; echo three');
    const read = async (tail: number) => (await readLog(bench.engine, id, { tail })).map(({ line }) => line);
    expect(await read(2)).toEqual(['two', 'three']);
    expect(await read(0)).toEqual([]);
    expect(await read(99)).toEqual(['one', 'two', 'three']);
  });

  test('a window of time cuts the lines before and after it off', async () => {
    const { id } = await bench.run('echo one; sleep 0.2; echo two; sleep 0.2; echo three');
    const times = (await readLog(bench.engine, id)).map(({ at }) => Date.parse(at));
    const [first = 0, second = 0, third = 0] = times;
    const read = async (sinceMs: number, untilMs?: number) =>
      (await readLog(bench.engine, id, { sinceMs, ...(untilMs !== undefined && { untilMs }) })).map(({ line }) => line);
    expect(await read((first + second) / 2)).toEqual(['two', 'three']);
    expect(await read((first + second) / 2, (second + third) / 2)).toEqual(['two']);
  });

  test('following tells what was said and what is said, and ends with the container', async () => {
    const id = await bench.start({ command: ['sh', '-c', 'echo one; sleep 0.3; echo two; sleep 0.1'] });
    const lines: string[] = [];
    for await (const { line } of bench.engine.containers.logs(id, {
      follow: true,
      signal: AbortSignal.timeout(10_000),
    }))
      lines.push(line);
    expect(lines).toEqual(['one', 'two']);
  });

  test('a follower that is aborted ends without an error', async () => {
    const id = await bench.start({ command: ['sh', '-c', 'echo one; sleep 60'] });
    const abort = new AbortController();
    const lines: string[] = [];
    for await (const { line } of bench.engine.containers.logs(id, { follow: true, signal: abort.signal })) {
      lines.push(line);
      abort.abort();
    }
    expect(lines).toEqual(['one']);
  });

  test('a follower that was aborted before gets nothing', async () => {
    const id = await bench.start();
    const logs = bench.engine.containers.logs(id, { follow: true, signal: AbortSignal.abort() });
    expect(await Array.fromAsync(logs)).toEqual([]);
  });

  test('a container that was never started has said nothing', async () => {
    expect(await readLog(bench.engine, await bench.create())).toEqual([]);
  });

  test('letters of every kind come whole', async () => {
    const { id } = await bench.run('echo "Grüße 🚢 港"; echo');
    expect((await readLog(bench.engine, id)).map(({ line }) => line)).toEqual(['Grüße 🚢 港', '']);
  });

  test('a long line comes in parts that make the whole', async () => {
    const text = 'left to right '.repeat(3_000);
    const id = await bench.create({ command: ['cat', '/tmp/long'] });
    await bench.engine.containers.putArchive(id, '/tmp', Readable.from(packFile('long', `${text}\nnext\n`)));
    await bench.engine.containers.start(id);
    await waitForState(bench.engine, id, 'exited');
    const lines = (await readLog(bench.engine, id)).map(({ line }) => line);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.at(-1)).toBe('next');
    expect(lines.slice(0, -1).join('')).toBe(text);
  });

  test('a last line without an end counts', async () => {
    const id = await bench.create({ command: ['cat', '/tmp/open'] });
    await bench.engine.containers.putArchive(id, '/tmp', Readable.from(packFile('open', 'one\r\ntwo')));
    await bench.engine.containers.start(id);
    await waitForState(bench.engine, id, 'exited');
    expect((await readLog(bench.engine, id)).map(({ line }) => line)).toEqual(['one', 'two']);
  });
}
