import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileArchive } from '../reconcile/file-archive.ts';
import { readFiles, writeFiles } from './copy-files.ts';
import { type AppCommand, execInApp } from './exec-in-app.ts';
import { deployed, launch, look } from './test-app.contract.ts';
import { ada, openTestContext, setConnected, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
  await deployed(context, ada, 'blog');
});
afterEach(() => context.close());

const run = (command: readonly string[], rest: Partial<AppCommand> = {}) =>
  execInApp(context, ada, { name: 'blog', command, tty: false, stdin: false, ...rest });

async function outputOf(session: Awaited<ReturnType<typeof run>>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const { data } of session.output) parts.push(data);
  return Buffer.concat(parts).toString();
}

async function halt(id: string): Promise<void> {
  await context.engine.containers.stop(id, 0);
  await look(context, 'blog', id);
}

describe('a command', () => {
  test('runs in an instance, with what it is given', async () => {
    await launch(context, 'blog');
    const session = await run(['sh', '-c', 'echo $GREETING; exit 3'], { env: { GREETING: 'hello' } });
    expect(await outputOf(session)).toBe('hello\n');
    expect(await session.exitCode()).toBe(3);
  });

  test('reads what is typed', async () => {
    await launch(context, 'blog');
    const session = await run(['cat'], { stdin: true });
    session.stdin?.end('typed');
    expect(await outputOf(session)).toBe('typed');
  });

  test('prefers an instance that takes traffic', async () => {
    await launch(context, 'blog', 0);
    const ready = await launch(context, 'blog', 1);
    context.fleet.watch(ready, { health: 'healthy' });
    await context.engine.containers.putArchive(ready, '/', archive('/etc/mark', 'ready'));
    expect(await outputOf(await run(['cat', '/etc/mark']))).toBe('ready');
  });

  test('runs in the instance that is named', async () => {
    const ids = [await launch(context, 'blog', 0), await launch(context, 'blog', 1)];
    await context.engine.containers.putArchive(ids[1] ?? '', '/', archive('/etc/mark', 'second'));
    expect(await outputOf(await run(['cat', '/etc/mark'], { instance: ids[1]?.slice(0, 12) }))).toBe('second');
  });

  test('runs nowhere when nothing runs', async () => {
    await expect(run(['true'])).rejects.toMatchObject({ code: 'wrong-state' });
    const id = await launch(context, 'blog');
    await halt(id);
    await expect(run(['true'])).rejects.toMatchObject({ code: 'wrong-state' });
    await expect(run(['true'], { instance: id })).rejects.toMatchObject({ code: 'wrong-state' });
    await expect(run(['true'], { instance: 'unknown' })).rejects.toMatchObject({ code: 'instance-not-found' });
    setConnected(context, 'local', false);
    await expect(run(['true'])).rejects.toMatchObject({ code: 'engine-unreachable' });
  });
});

describe('files', () => {
  test('go in and come out again, also of an instance that is stopped', async () => {
    const id = await launch(context, 'blog');
    await context.engine.containers.putArchive(id, '/', archive('/srv/page.html', '<p>'));
    await writeFiles(context, ada, { name: 'blog', path: '/srv', tar: archive('/other.html', '<b>') });
    await halt(id);
    const tar = (await buffer(await readFiles(context, ada, { name: 'blog', path: '/srv' }))).toString();
    expect([tar.includes('<p>'), tar.includes('<b>')]).toEqual([true, true]);
  });

  test('that are not there are a problem of their own', async () => {
    await launch(context, 'blog');
    await expect(readFiles(context, ada, { name: 'blog', path: '/nowhere' })).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });

  test.each(['', 'etc', '/etc/../root', '/etc//x', '/etc/', '/etc/./x', '/a\0b', '/a\nb', `/${'a'.repeat(1024)}`])(
    'at %j are refused',
    async (path) => {
      await launch(context, 'blog');
      await expect(readFiles(context, ada, { name: 'blog', path })).rejects.toMatchObject({
        code: 'validation-failed',
        message: expect.stringMatching(/^path: /) as string,
      });
      await expect(writeFiles(context, ada, { name: 'blog', path, tar: archive('/x', 'x') })).rejects.toMatchObject({
        code: 'validation-failed',
      });
    },
  );

  test('have no place in an app without instances', async () => {
    await expect(readFiles(context, ada, { name: 'blog', path: '/etc' })).rejects.toMatchObject({
      code: 'wrong-state',
    });
  });
});

function archive(path: string, content: string) {
  return fileArchive([{ path, content, encoding: 'utf8', mode: '0644' }]);
}
