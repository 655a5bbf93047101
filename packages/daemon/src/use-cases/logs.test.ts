import { Problem } from '@berth/spec/problem';
import type { LogLine } from '@berth/spec/stats';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LogWish, readLogs } from './read-logs.ts';
import { appOf, deployed, launch, look, observe } from './test-app.contract.ts';
import { ada, openTestContext, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
let controller: AbortController;
beforeEach(async () => {
  context = await openTestContext();
  controller = new AbortController();
  await deployed(context, ada, 'blog');
});
afterEach(async () => {
  controller.abort();
  await context.close();
});

function read(wish: Partial<LogWish> = {}): AsyncGenerator<LogLine, void> {
  return readLogs(context, ada, { name: 'blog', follow: false, signal: controller.signal, ...wish });
}

async function readAll(wish: Partial<LogWish> = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const { line } of read(wish)) lines.push(line);
  return lines;
}

async function take(reading: AsyncGenerator<LogLine, void>, count: number): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < count) lines.push(((await reading.next()).value as LogLine).line);
  return lines;
}

/** Says one line a millisecond, by one container after the other. */
function say(ids: readonly string[], texts: readonly string[]): void {
  for (const [index, text] of texts.entries()) {
    context.clock.advance(1);
    context.engine.controls.say(ids[index % ids.length] ?? '', text);
  }
}

const turn = () => new Promise(setImmediate);

describe('the log of an app', () => {
  test('is what all of its instances wrote, in the order of time', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1), await launch(context, 'blog', 2)];
    const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    say([ids[1] ?? '', ids[0] ?? '', ids[2] ?? ''], texts);
    expect(await readAll()).toEqual(texts);
  });

  test('tells of each line who wrote it, when and where to', async () => {
    const id = await launch(context, 'blog');
    context.engine.controls.say(id, 'oh no', 'stderr');
    const at = expect.stringMatching(/^2026-11-20T12:00:00\.\d{9}Z$/) as string;
    expect((await read().next()).value).toEqual({ instance: id, stream: 'stderr', at, line: 'oh no' });
  });

  test('can be its last lines, of all instances together', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    say(ids, ['a', 'b', 'c', 'd', 'e']);
    expect(await readAll({ tail: 3 })).toEqual(['c', 'd', 'e']);
    expect(await readAll({ tail: 0 })).toEqual([]);
    expect(await readAll({ tail: 99 })).toHaveLength(5);
  });

  test('can be of a part of the time', async () => {
    const id = await launch(context, 'blog');
    const start = context.clock.now();
    say([id], ['a', 'b', 'c', 'd']);
    expect(await readAll({ sinceMs: start + 2, untilMs: start + 3 })).toEqual(['b', 'c']);
  });

  test('can be of one instance, named by the beginning of its id', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    say(ids, ['one', 'other']);
    expect(await readAll({ instance: ids[1] ?? '' })).toEqual(['other']);
    expect(await readAll({ instance: ids[0]?.slice(0, 12) ?? '' })).toEqual(['one']);
  });

  test('of no instances is empty, and of an unknown one there is none', async () => {
    expect(await readAll()).toEqual([]);
    expect(() => read({ instance: 'unknown-instance' })).toThrow(
      expect.objectContaining({ code: 'instance-not-found' }) as Error,
    );
  });

  test('leaves out an instance that is gone from the engine already', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    say(ids, ['one', 'other']);
    await context.engine.containers.remove(ids[0] ?? '', { force: true });
    expect(await readAll()).toEqual(['other']);
  });

  test('says so when the engine does not answer, at once or on the way', async () => {
    await launch(context, 'blog');
    context.engine.controls.failNext('containers.logs', new Problem('engine-failed', 'No.'));
    await expect(readAll()).rejects.toMatchObject({ code: 'engine-failed' });
    setConnected(context, 'local', false);
    expect(() => read()).toThrow(expect.objectContaining({ code: 'engine-unreachable' }) as Error);
  });
});

describe('to follow the log of an app', () => {
  test('tells what was and what comes, of all instances', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    say(ids, ['a', 'b']);
    const reading = read({ follow: true });
    expect((await take(reading, 2)).toSorted()).toEqual(['a', 'b']);
    say(ids, ['c']);
    expect(await take(reading, 1)).toEqual(['c']);
    say(ids.slice(1), ['d']);
    expect(await take(reading, 1)).toEqual(['d']);
  });

  test('picks up instances that come later, from their first line', async () => {
    const reading = read({ follow: true, tail: 0 });
    const first = reading.next();
    await turn();
    const id = await launch(context, 'blog');
    say([id], ['hello']);
    expect((await first).value).toMatchObject({ line: 'hello' });
  });

  test('goes on with an instance that ended and was started again, without saying anything twice', async () => {
    const id = await launch(context, 'blog');
    say([id], ['a', 'b']);
    const reading = read({ follow: true });
    await take(reading, 2);
    context.engine.controls.crash(id, 1);
    await turn();
    await look(context, 'blog', id);
    context.clock.advance(1);
    await context.engine.containers.start(id);
    await look(context, 'blog', id);
    say([id], ['c']);
    expect(await take(reading, 1)).toEqual(['c']);
  });

  test('says nothing twice of an instance that was started again while its reader was slow', async () => {
    const id = await launch(context, 'blog');
    const reading = read({ follow: true });
    const texts = Array.from({ length: 600 }, (_, index) => `line ${index}`);
    say([id], texts);
    expect(await take(reading, 1)).toEqual(['line 0']);
    context.engine.controls.crash(id, 1);
    await turn();
    context.clock.advance(1);
    await context.engine.containers.start(id);
    await look(context, 'blog', id);
    say([id], ['again']);
    expect(await take(reading, 600)).toEqual([...texts.slice(1), 'again']);
  });

  test('of one instance leaves the others out', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    const reading = read({ follow: true, instance: ids[1] ?? '' });
    const next = reading.next();
    await turn();
    say(ids, ['not this', 'this']);
    expect((await next).value).toMatchObject({ line: 'this' });
  });

  test('ends when nobody reads any more', async () => {
    const id = await launch(context, 'blog');
    say([id], ['a']);
    const reading = read({ follow: true });
    await take(reading, 1);
    const next = reading.next();
    await turn();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('ends when the app is gone', async () => {
    const reading = read({ follow: true });
    const next = reading.next();
    await turn();
    await context.ledger.write(() => ({
      changes: [{ kind: 'app.remove', id: appOf(context, 'blog').id }],
      result: null,
    }));
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test('breaks with the engine, and says so', async () => {
    await launch(context, 'blog');
    const next = read({ follow: true }).next();
    await turn();
    context.engine.controls.setReachable(false);
    await expect(next).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  test('by a slow reader holds a bounded part in memory', async () => {
    const id = await launch(context, 'blog');
    const reading = read({ follow: true });
    say([id], ['first']);
    await take(reading, 1);
    const texts = Array.from({ length: 2000 }, (_, index) => `line ${index}`);
    say([id], texts);
    expect(await take(reading, 2000)).toEqual(texts);
  });

  test('is not troubled by instances that the picture has and the engine has not', async () => {
    observe(context, 'blog', { id: 'gone-from-the-engine' });
    const reading = read({ follow: true });
    const next = reading.next();
    await turn();
    const id = await launch(context, 'blog', 1);
    say([id], ['hello']);
    expect((await next).value).toMatchObject({ line: 'hello' });
  });
});
