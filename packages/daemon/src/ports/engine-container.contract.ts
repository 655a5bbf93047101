import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { type Bench, expectProblem } from './engine-bench.contract.ts';

/** Making, naming, finding, changing and removing. */
export function describeContainers(bench: Bench): void {
  test('a name belongs to one container', async () => {
    const name = bench.uniqueName();
    const id = await bench.create({ name });
    await expectProblem(bench.create({ name }), 'engine-conflict');
    await bench.engine.containers.remove(id, { force: false });
    await bench.create({ name });
  });

  test('a container can be found by its name', async () => {
    const name = bench.uniqueName();
    const id = await bench.create({ name });
    expect((await bench.engine.containers.inspect(name)).id).toBe(id);
  });

  test('an image that is not there makes no container', async () => {
    await expectProblem(bench.create({ image: 'berth-contract/none:1' }), 'image-not-found');
  });

  test('a renamed container has the new name only, and takes no name of another', async () => {
    const [first, second] = [bench.uniqueName(), bench.uniqueName()];
    const id = await bench.create({ name: first });
    await bench.engine.containers.rename(id, second);
    expect((await bench.engine.containers.inspect(second)).id).toBe(id);
    await expectProblem(bench.engine.containers.inspect(first), 'instance-not-found');
    const other = await bench.create({ name: first });
    await expectProblem(bench.engine.containers.rename(other, second), 'engine-conflict');
  });

  test('labels find containers, whatever their state', async () => {
    const crew = bench.uniqueName();
    const [one, two] = await Promise.all([
      bench.create({ labels: { crew, rank: 'mate' } }),
      bench.start({ labels: { crew, rank: 'cook' } }),
    ]);
    const list = async (...labels: string[]) =>
      (await bench.engine.containers.list(labels)).map(({ id }) => id).toSorted();
    expect(await list(`crew=${crew}`)).toEqual([one, two].toSorted());
    expect(await list(`crew=${crew}`, 'rank=cook')).toEqual([two]);
    expect(await list('rank=mate', `crew=${crew}`, 'crew')).toEqual([one]);
    expect(await list(`crew=${crew}x`)).toEqual([]);
    expect(await list('crew')).toEqual(expect.arrayContaining([one, two]));
  });

  test('a listed container is told as when looked at alone', async () => {
    const crew = bench.uniqueName();
    const id = await bench.start({ labels: { crew } });
    expect(await bench.engine.containers.list([`crew=${crew}`])).toEqual([await bench.engine.containers.inspect(id)]);
  });

  test('a published port is told while the container runs', async () => {
    const publish = { hostAddress: '127.0.0.1', hostPort: 0 };
    const id = await bench.start({ ports: [{ containerPort: 8080, protocol: 'tcp', publish }] });
    const { published } = await bench.engine.containers.inspect(id);
    expect(published).toEqual([
      { containerPort: 8080, protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: expect.any(Number) },
    ]);
    expect(published[0]?.hostPort).toBeGreaterThan(0);
    await bench.engine.containers.stop(id, 5);
    expect((await bench.engine.containers.inspect(id)).published).toEqual([]);
  });

  test('a port that is published twice is reached at both, and one of udp beside it', async () => {
    const publish = (hostAddress: string) => ({ publish: { hostAddress, hostPort: 0 } });
    const id = await bench.start({
      ports: [
        { containerPort: 8080, protocol: 'tcp', ...publish('127.0.0.1') },
        { containerPort: 8080, protocol: 'tcp', ...publish('127.0.0.2') },
        { containerPort: 53, protocol: 'udp', ...publish('127.0.0.1') },
      ],
    });
    const { published } = await bench.engine.containers.inspect(id);
    expect(published.map((one) => `${one.hostAddress} ${one.containerPort}/${one.protocol}`).toSorted()).toEqual([
      '127.0.0.1 53/udp',
      '127.0.0.1 8080/tcp',
      '127.0.0.2 8080/tcp',
    ]);
  });

  test('a fixed host port is one container’s, and free again when that ends', async () => {
    const hostPort = await findFreePort();
    const publish = { hostAddress: '127.0.0.1', hostPort };
    const ports = [{ containerPort: 8080, protocol: 'tcp', publish }] as const;
    const holder = await bench.start({ ports });
    expect((await bench.engine.containers.inspect(holder)).published).toEqual([
      { containerPort: 8080, protocol: 'tcp', hostAddress: '127.0.0.1', hostPort },
    ]);
    const second = await bench.create({ ports });
    const refusal = await expectProblem(bench.engine.containers.start(second), 'engine-conflict');
    expect(refusal.message).toContain('Free the host port or choose another.');
    await bench.engine.containers.stop(holder, 1);
    await bench.engine.containers.start(second);
    expect((await bench.engine.containers.inspect(second)).published[0]?.hostPort).toBe(hostPort);
  });

  test('a port that is only exposed is not published', async () => {
    const id = await bench.start({ ports: [{ containerPort: 8080, protocol: 'tcp' }] });
    expect((await bench.engine.containers.inspect(id)).published).toEqual([]);
  });

  test('limits change while the container runs, up and down', async () => {
    const id = await bench.start({ limits: { cpus: 0.5, memoryBytes: 64 << 20, pids: 64 } });
    await bench.engine.containers.update(id, { memoryBytes: 256 << 20, cpus: 1, pids: 80 });
    await bench.engine.containers.update(id, { memoryBytes: 64 << 20 });
    expect((await bench.engine.containers.inspect(id)).state).toBe('running');
  });

  test('the environment reaches the program, and the command of the request is the one that runs', async () => {
    const { id } = await bench.run('echo "$PORT_OF_CALL"', { env: { PORT_OF_CALL: 'Bergen = Norge' } });
    const lines = await Array.fromAsync(
      bench.engine.containers.logs(id, { follow: false, signal: AbortSignal.timeout(5_000) }),
    );
    expect(lines.map(({ line }) => line)).toEqual(['Bergen = Norge']);
  });

  test('a running container is removed by force only; a missing one is no error', async () => {
    const id = await bench.start();
    await expectProblem(bench.engine.containers.remove(id, { force: false }), 'engine-conflict');
    await bench.engine.containers.remove(id, { force: true });
    await expectProblem(bench.engine.containers.inspect(id), 'instance-not-found');
    await bench.engine.containers.remove(id, { force: true });
    await bench.engine.containers.remove(id, { force: false });
  });

  test('two removals at once both end well, when the container is gone', async () => {
    const id = await bench.start();
    await Promise.all([
      bench.engine.containers.remove(id, { force: true }),
      bench.engine.containers.remove(id, { force: true }),
    ]);
    await expectProblem(bench.engine.containers.inspect(id), 'instance-not-found');
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
