import { expect, test } from 'vitest';
import { type Bench, expectProblem } from './engine-bench.contract.ts';

/** Whether the engine is there, and what it is. */
export function describeReach(bench: Bench): void {
  test('an engine describes itself', async () => {
    const description = await bench.engine.describe();
    expect(description.version).not.toBe('');
    expect(description.apiVersion).toMatch(/^\d+\.\d+$/);
    expect(description.cpus).toBeGreaterThan(0);
    expect(description.memoryBytes).toBeGreaterThan(0);
    expect(['solo', 'swarm']).toContain(description.mode);
  });

  test('an engine says whether it is a swarm, and lists its nodes only then', async () => {
    const mode = await bench.engine.swarm.mode();
    expect(mode).toBe((await bench.engine.describe()).mode);
    if (mode === 'solo') await expectProblem(bench.engine.swarm.nodes(), 'engine-failed');
    else expect((await bench.engine.swarm.nodes()).filter(({ isSelf }) => isSelf)).toHaveLength(1);
  });

  test('an engine that is not there is unreachable, whatever it is asked', async () => {
    const { unreachable: engine, image } = bench.fixture;
    const signal = AbortSignal.timeout(10_000);
    const calls = [
      engine.describe(),
      engine.containers.list([]),
      engine.containers.inspect('x'),
      engine.containers.start('x'),
      engine.containers.remove('x', { force: true }),
      engine.containers.exec('x', { command: ['true'], tty: false, stdin: false }),
      engine.images.inspect(image),
      engine.images.pull(image, {}),
      engine.networks.ensure('x', {}),
      engine.volumes.list([]),
      engine.swarm.mode(),
      engine.swarm.nodes(),
      Array.fromAsync(engine.containers.logs('x', { follow: true, signal })),
      Array.fromAsync(engine.containers.stats('x', signal)),
      Array.fromAsync(engine.events({ signal })),
    ];
    await Promise.all(calls.map((call) => expectProblem(call, 'engine-unreachable')));
  });
}
