import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, type TestEngine } from '../../../../../test/harness/engine.ts';
import { ensureImage } from '../../../../../test/harness/image.ts';
import { describeWithEngine } from '../../../../../test/harness/with-engine.ts';
import type { ContainerRequest } from '../../core/container.ts';
import type { Engine } from '../../ports/engine.ts';
import { createDockerEngine } from './docker-engine.ts';

const request: ContainerRequest = {
  name: 'outage',
  image: 'berth-test/worker:1',
  labels: {},
  env: {},
  stopGraceSeconds: 1,
  ports: [],
  volumes: [],
  tmpfs: [],
  limits: { pids: 50 },
  readOnlyRoot: false,
  noNewPrivileges: true,
  log: { maxSizeBytes: 1_000_000, maxFiles: 1 },
};

describeWithEngine('an engine that goes away', () => {
  let machine: TestEngine;
  let engine: Engine;

  beforeAll(async () => {
    // Containers outlive the engine then, as operators want it.
    machine = await startEngine({ flags: ['--live-restore'] });
    await ensureImage(machine.socket, 'worker');
    engine = createDockerEngine({ name: 'frail', host: `unix://${machine.socket}`, timeouts: { quickMs: 1_500 } });
  });
  afterAll(async () => {
    await engine.close();
    await machine.stop();
  });

  test('an engine that hangs is a timeout within the bound, and answers again when it goes on', async () => {
    await engine.describe();
    process.kill(machine.pid(), 'SIGSTOP');
    await expect(engine.containers.list([])).rejects.toMatchObject({ code: 'engine-timeout' });
    await expect(engine.networks.ensure('outage', {})).rejects.toMatchObject({ code: 'engine-timeout' });
    process.kill(machine.pid(), 'SIGCONT');
    await expect.poll(() => engine.containers.list([]).catch(() => undefined)).toEqual([]);
  });

  test('an engine that is killed breaks every stream and call with one word, and is used again when it is back', async () => {
    const id = await engine.containers.create(request);
    await engine.containers.start(id);
    const endless = await engine.containers.create({ ...request, name: 'endless', command: ['sleep', '600'] });
    await engine.containers.start(endless);
    const signal = AbortSignal.timeout(30_000);
    const opened = Promise.withResolvers<void>();
    const broken = [
      Array.fromAsync(engine.events({ signal, onOpen: opened.resolve })),
      Array.fromAsync(engine.containers.logs(id, { follow: true, signal })),
      Array.fromAsync(engine.containers.stats(id, signal)),
      engine.containers.stop(endless, 60),
    ].map((promise) => expect(promise).rejects.toMatchObject({ code: 'engine-unreachable' }));
    await opened.promise;
    await machine.kill();
    await Promise.all(broken);
    await expect(engine.containers.inspect(id)).rejects.toMatchObject({ code: 'engine-unreachable' });
    await machine.restart();
    expect((await engine.describe()).version).not.toBe('');
    expect(await engine.containers.inspect(id)).toMatchObject({ name: 'outage', state: 'running' });
    await Promise.all([id, endless].map((each) => engine.containers.remove(each, { force: true })));
  });
});
