import { Problem } from '@berth/spec/problem';
import { expect, test } from 'vitest';
import type { ContainerRequest } from '../../core/container.ts';
import { findDigest } from './engine/registry.ts';
import { createMemoryEngine } from './memory-engine.ts';

const request: ContainerRequest = {
  name: 'web',
  image: 'web:1',
  labels: { 'berth.app': 'shop' },
  env: {},
  stopGraceSeconds: 5,
  ports: [],
  volumes: [],
  tmpfs: [],
  limits: { pids: 64 },
  readOnlyRoot: false,
  noNewPrivileges: true,
  log: { maxSizeBytes: 1000, maxFiles: 1 },
};

const open = () => createMemoryEngine({ name: 'memory', images: [{ reference: 'web:1' }] });

test('an engine that goes away breaks calls and open streams, and is back with all it had', async () => {
  const engine = open();
  const id = await engine.containers.create(request);
  await engine.containers.start(id);
  const { signal } = new AbortController();
  const opened = Promise.withResolvers<void>();
  const broken = [
    Array.fromAsync(engine.events({ signal, onOpen: opened.resolve })),
    Array.fromAsync(engine.containers.logs(id, { follow: true, signal })),
    Array.fromAsync(engine.containers.stats(id, signal)),
  ].map((stream) => expect(stream).rejects.toMatchObject({ code: 'engine-unreachable' }));
  await opened.promise;
  engine.controls.setReachable(false);
  await Promise.all(broken);
  await expect(engine.containers.inspect(id)).rejects.toMatchObject({ code: 'engine-unreachable' });
  engine.controls.setReachable(true);
  expect((await engine.containers.inspect(id)).state).toBe('running');
});

test('a crash is told like a real one', async () => {
  const engine = open();
  const id = await engine.containers.create(request);
  await engine.containers.start(id);
  engine.controls.crash(id, 139, { outOfMemory: true });
  await expect.poll(async () => (await engine.containers.inspect(id)).state).toBe('exited');
  expect(await engine.containers.inspect(id)).toMatchObject({ exitCode: 139, outOfMemory: true, address: null });
  expect(await listActions(engine)).toEqual(['create', 'start', 'die']);
});

test('what a deaf engine does is never told', async () => {
  const engine = open();
  engine.controls.setDeaf(true);
  await engine.containers.create(request);
  engine.controls.setDeaf(false);
  expect(await listActions(engine)).toEqual([]);
});

test('a failure to come is met once, in its turn', async () => {
  const engine = open();
  const id = await engine.containers.create(request);
  engine.controls.failNext('containers.start', new Problem('engine-disk-full', 'No space left.'));
  await expect(engine.containers.start(id)).rejects.toMatchObject({ code: 'engine-disk-full' });
  await engine.containers.start(id);
  expect(engine.controls.count('containers.start')).toBe(2);
});

test('time is the clock’s: a grace passes when the clock says so, and a slow call takes its time', async () => {
  const clock = createFakeClock();
  const engine = createMemoryEngine({ name: 'memory', images: [{ reference: 'web:1' }], clock });
  const id = await engine.containers.create({ ...request, command: ['sleep', '60'] });
  await engine.containers.start(id);
  const stopping = engine.containers.stop(id, 5);
  await clock.advance(4_999);
  expect((await engine.containers.inspect(id)).state).toBe('running');
  await clock.advance(1);
  await stopping;
  expect(await engine.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137, finishedAt: 5_000 });
  engine.controls.slow(300);
  const inspecting = engine.containers.inspect(id);
  await clock.advance(300);
  await inspecting;
});

test('a registry that gets a new image under an old tag has the old one by its digest', async () => {
  const engine = open();
  const [first, second] = ['one', 'two'].map((content) => ({ reference: 'registry.test/web:1', content })) as [
    Content,
    Content,
  ];
  engine.controls.offer(first);
  await engine.images.pull(first.reference, {});
  const before = await engine.images.inspect(first.reference);
  engine.controls.offer(second);
  await engine.images.pull(first.reference, {});
  const after = await engine.images.inspect(first.reference);
  expect(after.id).not.toBe(before.id);
  const byDigest = `registry.test/web@${findDigest(first)}`;
  await engine.images.pull(byDigest, {});
  expect((await engine.images.inspect(byDigest)).id).toBe(before.id);
});

test('what a test lets a container say is heard', async () => {
  const engine = open();
  const id = await engine.containers.create(request);
  engine.controls.say(id, 'out of coal', 'stderr');
  const lines = await Array.fromAsync(
    engine.containers.logs(id, { follow: false, signal: AbortSignal.timeout(1_000) }),
  );
  expect(lines).toMatchObject([{ stream: 'stderr', line: 'out of coal' }]);
});

interface Content {
  readonly reference: string;
  readonly content: string;
}

/** All it has told so far. */
async function listActions(engine: ReturnType<typeof open>): Promise<string[]> {
  const abort = new AbortController();
  const actions: string[] = [];
  setImmediate(() => abort.abort());
  for await (const { action } of engine.events({ sinceMs: 0, signal: abort.signal })) actions.push(action);
  return actions;
}

function createFakeClock() {
  let nowMs = 0;
  const waiting = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  return {
    now: () => nowMs,
    after(delayMs: number, callback: () => void) {
      const timer = { atMs: nowMs + delayMs, callback };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    async advance(ms: number) {
      await new Promise(setImmediate);
      nowMs += ms;
      for (const timer of [...waiting].filter(({ atMs }) => atMs <= nowMs)) {
        waiting.delete(timer);
        timer.callback();
      }
      await new Promise(setImmediate);
    },
  };
}
