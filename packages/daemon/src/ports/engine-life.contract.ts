import { expect, test } from 'vitest';
import { type Bench, expectProblem, waitForState } from './engine-bench.contract.ts';

/** States, and the ways from one to another. */
export function describeLife(bench: Bench): void {
  test('a new container is there and nothing of it has run', async () => {
    const name = bench.uniqueName();
    const id = await bench.create({ name, labels: { colour: 'blue' } });
    const container = await bench.engine.containers.inspect(id);
    expect(container).toMatchObject({ id, name, image: bench.fixture.image, state: 'created', error: '' });
    expect(container).toMatchObject({
      startedAt: null,
      finishedAt: null,
      exitCode: null,
      address: null,
      published: [],
    });
    expect(container.labels).toMatchObject({ colour: 'blue' });
    expect(await bench.engine.containers.inspectRaw(id)).toMatchObject({ Id: id, Name: `/${name}` });
    expect(container.outOfMemory).toBe(false);
    expect(container.imageId).toBe((await bench.engine.images.inspect(bench.fixture.image)).id);
    expect(Math.abs(container.createdAt - Date.now())).toBeLessThan(60_000);
  });

  test('a started container runs and has an address until it ends', async () => {
    const id = await bench.start();
    const running = await bench.engine.containers.inspect(id);
    expect(running).toMatchObject({ state: 'running', exitCode: null, finishedAt: null });
    expect(running.startedAt).toBeGreaterThanOrEqual(running.createdAt);
    expect(running.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    await bench.engine.containers.stop(id, 5);
    const ended = await bench.engine.containers.inspect(id);
    expect(ended).toMatchObject({ state: 'exited', exitCode: 0, address: null, published: [] });
    expect(ended.finishedAt).toBeGreaterThanOrEqual(running.startedAt ?? 0);
  });

  test('starting a running one and stopping a stopped one are no errors', async () => {
    const id = await bench.create();
    await bench.engine.containers.stop(id, 1);
    expect((await bench.engine.containers.inspect(id)).state).toBe('created');
    await bench.engine.containers.start(id);
    await bench.engine.containers.start(id);
    await bench.engine.containers.stop(id, 5);
    await bench.engine.containers.stop(id, 5);
    expect((await bench.engine.containers.inspect(id)).state).toBe('exited');
  });

  test('a container that ends by itself leaves its exit code', async () => {
    expect(await bench.run('exit 3')).toMatchObject({ state: 'exited', exitCode: 3, address: null });
  });

  test('a program that ignores the stop signal is killed after the grace', async () => {
    const id = await bench.start({ command: ['sleep', '60'] });
    await bench.engine.containers.stop(id, 1);
    expect(await bench.engine.containers.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137 });
  });

  test('the signal of a kill arrives, and the exit code tells which one it was', async () => {
    const [gentle, hard] = await Promise.all([bench.start(), bench.start()]);
    await Promise.all([bench.engine.containers.kill(gentle, 'SIGTERM'), bench.engine.containers.kill(hard, 'SIGKILL')]);
    expect(await waitForState(bench.engine, gentle, 'exited')).toMatchObject({ exitCode: 0 });
    expect(await waitForState(bench.engine, hard, 'exited')).toMatchObject({ exitCode: 137 });
    await expectProblem(bench.engine.containers.kill(hard, 'SIGKILL'), 'engine-conflict');
  });

  test('a restart ends the container and starts it again', async () => {
    const id = await bench.start();
    const { startedAt } = await bench.engine.containers.inspect(id);
    await bench.engine.containers.restart(id, 5);
    const again = await bench.engine.containers.inspect(id);
    expect(again).toMatchObject({ state: 'running', exitCode: null });
    expect(again.finishedAt).toBeGreaterThanOrEqual(startedAt ?? 0);
    expect(again.startedAt).toBeGreaterThanOrEqual(again.finishedAt ?? 0);
  });

  test('an ended container can be started again', async () => {
    const { id } = await bench.run('exit 3');
    await bench.engine.containers.start(id);
    expect(await waitForState(bench.engine, id, 'exited')).toMatchObject({ exitCode: 3 });
  });

  test('a paused container stands still, keeps its address and goes on', async () => {
    const id = await bench.start();
    const { address } = await bench.engine.containers.inspect(id);
    await bench.engine.containers.pause(id);
    expect(await bench.engine.containers.inspect(id)).toMatchObject({ state: 'paused', address, exitCode: null });
    await bench.engine.containers.unpause(id);
    expect(await bench.engine.containers.inspect(id)).toMatchObject({ state: 'running', address });
  });

  test('what does not fit the state is a conflict', async () => {
    const { containers } = bench.engine;
    const created = await bench.create();
    await expectProblem(containers.pause(created), 'engine-conflict');
    await expectProblem(containers.unpause(created), 'engine-conflict');
    await expectProblem(containers.kill(created, 'SIGTERM'), 'engine-conflict');
    const paused = await bench.start();
    await expectProblem(containers.unpause(paused), 'engine-conflict');
    await containers.pause(paused);
    await expectProblem(containers.pause(paused), 'engine-conflict');
    await expectProblem(containers.start(paused), 'engine-conflict');
  });

  test('a paused container can be stopped', async () => {
    const id = await bench.start();
    await bench.engine.containers.pause(id);
    await bench.engine.containers.stop(id, 1);
    expect((await bench.engine.containers.inspect(id)).state).toBe('exited');
  });

  test('a start that fails says why, then and later', async () => {
    const id = await bench.create({ command: ['/no/such/program'] });
    const problem = await expectProblem(bench.engine.containers.start(id), 'engine-failed');
    expect(problem.message).toContain('/no/such/program');
    const container = await bench.engine.containers.inspect(id);
    expect(container).toMatchObject({ state: 'created', startedAt: null, exitCode: null });
    expect(container.error).toContain('/no/such/program');
  });

  test('nothing can be done to a container that is not there', async () => {
    const { containers } = bench.engine;
    const signal = AbortSignal.timeout(5_000);
    const id = '0123456789abcdef';
    const calls = [
      containers.inspect(id),
      containers.start(id),
      containers.stop(id, 1),
      containers.kill(id, 'SIGKILL'),
      containers.restart(id, 1),
      containers.pause(id),
      containers.unpause(id),
      containers.rename(id, bench.uniqueName()),
      containers.update(id, { pids: 10 }),
      containers.exec(id, { command: ['true'], tty: false, stdin: false }),
      containers.getArchive(id, '/tmp'),
      Array.fromAsync(containers.logs(id, { follow: false, signal })),
      Array.fromAsync(containers.stats(id, signal)),
    ];
    await Promise.all(calls.map((call) => expectProblem(call, 'instance-not-found')));
  });
}
