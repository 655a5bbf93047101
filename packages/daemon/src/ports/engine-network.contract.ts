import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type Bench, expectProblem } from './engine-bench.contract.ts';
import { packFile } from './engine-archive.contract.ts';

/** What containers share: networks and named volumes. */
export function describeNetworks(bench: Bench): void {
  const labels = () => Object.fromEntries([bench.label.split('=')]) as Record<string, string>;

  test('a network is made once, also by several at once', async () => {
    const name = bench.uniqueName();
    const { networks } = bench.engine;
    await Promise.all([networks.ensure(name, labels()), networks.ensure(name, labels())]);
    await networks.ensure(name, labels());
    const found = (await networks.list([bench.label])).filter((network) => network.name === name);
    expect(found).toEqual([{ id: expect.any(String), name, labels: expect.objectContaining(labels()) }]);
    expect(await networks.list([`${bench.label}x`])).toEqual([]);
  });

  test('a network goes when nobody uses it; a missing one is no error', async () => {
    const name = bench.uniqueName();
    await bench.engine.networks.ensure(name, labels());
    const id = await bench.start({ network: { name, aliases: ['bridge-deck'] } });
    expect((await bench.engine.containers.inspect(id)).address).toMatch(/^\d+(\.\d+){3}$/);
    await expectProblem(bench.engine.networks.remove(name), 'still-in-use');
    await bench.engine.containers.remove(id, { force: true });
    await bench.engine.networks.remove(name);
    await bench.engine.networks.remove(name);
    expect((await bench.engine.networks.list([bench.label])).map((network) => network.name)).not.toContain(name);
  });

  test('no two running containers share an address', async () => {
    const ids = await Promise.all([bench.start(), bench.start(), bench.start()]);
    const addresses = await Promise.all(ids.map(async (id) => (await bench.engine.containers.inspect(id)).address));
    expect(new Set(addresses).size).toBe(3);
  });

  test('a container does not start in a network that is not there', async () => {
    const name = bench.uniqueName();
    const starting = bench.create({ network: { name, aliases: [] } }).then((id) => bench.engine.containers.start(id));
    expect((await expectProblem(starting, 'engine-failed')).message).toContain(name);
  });

  test('a volume is made once and listed by its labels', async () => {
    const name = bench.uniqueName();
    const { volumes } = bench.engine;
    await Promise.all([volumes.ensure(name, labels()), volumes.ensure(name, labels())]);
    const found = (await volumes.list([bench.label])).filter((volume) => volume.name === name);
    expect(found).toEqual([{ name, labels: labels(), createdAt: expect.any(Number) }]);
    expect(Math.abs((found[0]?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await volumes.list([`${bench.label}x`])).toEqual([]);
  });

  test('a volume is in use while a container has it, running or not; a missing one is no error', async () => {
    const volume = bench.uniqueName();
    await bench.engine.volumes.ensure(volume, labels());
    const id = await bench.create({ volumes: [{ volume, path: '/data', readOnly: false }] });
    await expectProblem(bench.engine.volumes.remove(volume), 'still-in-use');
    await bench.engine.containers.remove(id, { force: true });
    await bench.engine.volumes.remove(volume);
    await bench.engine.volumes.remove(volume);
  });

  test('what is in a volume outlives the container', async () => {
    const volume = bench.uniqueName();
    await bench.engine.volumes.ensure(volume, labels());
    const volumes = [{ volume, path: '/data', readOnly: false }];
    const first = await bench.start({ volumes });
    await bench.engine.containers.putArchive(first, '/data', Readable.from(packFile('log.txt', 'day one')));
    await bench.engine.containers.remove(first, { force: true });
    const second = await bench.start({ volumes });
    expect((await bench.exec(second, { command: ['cat', '/data/log.txt'] })).stdout).toBe('day one');
  });
}
