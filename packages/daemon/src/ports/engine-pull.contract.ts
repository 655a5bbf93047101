import { expect, test } from 'vitest';
import type { PullProgress } from './engine.ts';
import { type Bench, expectProblem } from './engine-bench.contract.ts';

/** Images from registries. */
export function describePull(bench: Bench): void {
  test('a pull brings the image and tells how far it is', async () => {
    const { open } = bench.fixture.registry;
    const seen: PullProgress[] = [];
    await bench.engine.images.pull(open, { onProgress: (progress) => seen.push(progress) });
    expect((await bench.engine.images.inspect(open)).references).toContain(open);
    const last = seen.at(-1);
    expect(last?.layers).toBeGreaterThan(0);
    expect(last?.layersDone).toBe(last?.layers);
    expect(last?.currentBytes).toBe(last?.totalBytes);
    const done = seen.map(({ layersDone }) => layersDone);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  test('a second pull of the same is no error', async () => {
    const { open } = bench.fixture.registry;
    await bench.engine.images.pull(open, {});
    await bench.engine.images.pull(open, {});
  });

  test('a digest names one content', async () => {
    const { open, digest } = bench.fixture.registry;
    const byDigest = `${open.slice(0, open.lastIndexOf(':'))}@${digest}`;
    await bench.engine.images.pull(byDigest, {});
    expect((await bench.engine.images.inspect(byDigest)).digests).toContain(byDigest);
    const id = await bench.create({ image: byDigest });
    expect((await bench.engine.containers.inspect(id)).image).toBe(byDigest);
  });

  test('a name that the registry does not know is not found', async () => {
    const { open } = bench.fixture.registry;
    await expectProblem(bench.engine.images.pull(`${open}-none`, {}), 'image-not-found');
    await expectProblem(bench.engine.images.pull(open.replace(/\/.*/, '/no/such:1'), {}), 'image-not-found');
  });

  test('a registry that asks for credentials gives nothing without, and nothing for wrong ones', async () => {
    const { guarded, credential } = bench.fixture.registry;
    await expectProblem(bench.engine.images.pull(guarded, {}), 'image-refused');
    const wrong = { ...credential, password: 'guess' };
    const problem = await expectProblem(bench.engine.images.pull(guarded, { credential: wrong }), 'image-refused');
    expect(problem.message).not.toContain('guess');
    await expectProblem(bench.engine.images.inspect(guarded), 'image-not-found');
  });

  test('the right credential opens it', async () => {
    const { guarded, credential } = bench.fixture.registry;
    await bench.engine.images.pull(guarded, { credential });
    expect((await bench.engine.images.inspect(guarded)).references).toContain(guarded);
  });

  test('a registry that does not answer is told apart from an image that is not there', async () => {
    await expectProblem(bench.engine.images.pull(bench.fixture.registry.unreachable, {}), 'registry-unreachable');
  });

  test('a pull that is aborted rejects', async () => {
    const pulling = bench.engine.images.pull(bench.fixture.registry.open, { signal: AbortSignal.abort() });
    await expectProblem(pulling, 'operation-superseded');
  });
}
