import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { packFile } from './engine-archive.contract.ts';
import { type Bench, expectProblem } from './engine-bench.contract.ts';

/** The images an engine has. */
export function describeImages(bench: Bench): void {
  test('an image tells its names, its size and the ports it exposes', async () => {
    const image = await bench.engine.images.inspect(bench.fixture.image);
    expect(image.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image.references).toContain(bench.fixture.image);
    expect(image.exposedPorts).toEqual([{ containerPort: 8080, protocol: 'tcp' }]);
    expect(image.sizeBytes).toBeGreaterThan(0);
    expect(image.createdAt).toBeGreaterThan(0);
    expect(await bench.engine.images.inspect(image.id)).toEqual(image);
    expect(await bench.engine.images.list()).toContainEqual(image);
  });

  test('an image that is not there is not found', async () => {
    await expectProblem(bench.engine.images.inspect('berth-contract/none:1'), 'image-not-found');
    await expectProblem(bench.engine.images.remove('berth-contract/none:1'), 'image-not-found');
    await expectProblem(bench.engine.images.tag('berth-contract/none:1', 'berth-contract/new:1'), 'image-not-found');
  });

  test('a tag is one more name for an image, and goes alone', async () => {
    const { images } = bench.engine;
    const { id } = await images.inspect(bench.fixture.image);
    const reference = `berth-contract/${bench.uniqueName()}:2`;
    await images.tag(bench.fixture.image, reference);
    expect(await images.inspect(reference)).toMatchObject({ id, references: expect.arrayContaining([reference]) });
    await images.remove(reference);
    await expectProblem(images.inspect(reference), 'image-not-found');
    expect((await images.inspect(bench.fixture.image)).id).toBe(id);
  });

  test('an image is built from an archive, and says so with its labels', async () => {
    const tag = `berth-contract/${bench.uniqueName()}:1`;
    const dockerfile = `FROM ${bench.fixture.image}\nRUN echo building\nEXPOSE 9090/udp\n`;
    const id = await bench.engine.images.build(Readable.from(packFile('Dockerfile', dockerfile)), {
      tag,
      labels: { built: 'here' },
    });
    const image = await bench.engine.images.inspect(tag);
    expect(image).toMatchObject({ id, references: [tag], labels: { built: 'here' } });
    expect(image.exposedPorts).toContainEqual({ containerPort: 9090, protocol: 'udp' });
    const container = await bench.create({ image: tag });
    await expectProblem(bench.engine.images.remove(tag), 'still-in-use');
    await bench.engine.containers.remove(container, { force: true });
    await bench.engine.images.remove(tag);
    await expectProblem(bench.engine.images.inspect(id), 'image-not-found');
  });

  test('a build that fails tells the output of the step', async () => {
    const dockerfile = `FROM ${bench.fixture.image}\nRUN echo leaking; exit 4\n`;
    const building = bench.engine.images.build(Readable.from(packFile('Dockerfile', dockerfile)), {
      tag: 'berth-contract/broken:1',
    });
    const problem = await expectProblem(building, 'engine-failed');
    expect(problem.message).toContain('4');
    expect(problem).toMatchObject({ facts: { output: expect.stringContaining('leaking') } });
  });

  test('disk use counts what is there, and what no container has', async () => {
    const id = await bench.start();
    const { images, containers, volumes, buildCache } = await bench.engine.measureDisk();
    expect(images.active).toBeGreaterThan(0);
    expect(images.count).toBeGreaterThanOrEqual(images.active);
    expect(images.sizeBytes).toBeGreaterThan(0);
    expect(containers.active).toBeGreaterThan(0);
    for (const use of [images, containers, volumes, buildCache]) {
      expect(use.reclaimableBytes).toBeGreaterThanOrEqual(0);
      expect(use.reclaimableBytes).toBeLessThanOrEqual(use.sizeBytes);
    }
    await bench.engine.containers.remove(id, { force: true });
  });
}
