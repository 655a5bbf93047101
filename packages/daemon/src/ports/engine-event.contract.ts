import { expect, test } from 'vitest';
import type { EngineEvent } from './engine.ts';
import type { Bench } from './engine-bench.contract.ts';

const milestones = ['create', 'start', 'pause', 'unpause', 'die', 'destroy'];

/** What happens, as it happens and afterwards. */
export function describeEvents(bench: Bench): void {
  test('the life of a container is told as it happens, with its labels', async () => {
    const watch = await watchEvents(bench);
    const id = await bench.start({ labels: { colour: 'red' } });
    await bench.engine.containers.pause(id);
    await bench.engine.containers.unpause(id);
    await bench.engine.containers.stop(id, 5);
    await bench.engine.containers.remove(id, { force: false });
    const events = (await watch.until(({ action }) => action === 'destroy')).filter((event) => event.id === id);
    const actions = events.map(({ action }) => action);
    // Engines may tell a pause twice.
    const told = [...new Set(actions)].filter((action) => milestones.includes(action));
    expect(told).toEqual(milestones);
    for (const event of events) expect(event).toMatchObject({ type: 'container', labels: { colour: 'red' } });
    expect(Math.abs((events[0]?.atMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('a container that ends by itself tells that it died', async () => {
    const watch = await watchEvents(bench);
    const { id } = await bench.run('exit 3');
    const events = await watch.until((event) => event.id === id && event.action === 'die');
    expect(events.at(-1)?.labels).toMatchObject({ exitCode: '3' });
  });

  test('labels keep the events of others away', async () => {
    const crew = bench.uniqueName();
    const watch = await watchEvents(bench, [`crew=${crew}`]);
    await bench.create();
    const mine = await bench.create({ labels: { crew } });
    const events = await watch.until(({ action }) => action === 'create');
    expect(events.map(({ id }) => id)).toEqual([mine]);
  });

  test('a listener that comes back hears what it missed', async () => {
    const sinceMs = Date.now();
    const { id } = await bench.run('exit 3');
    const watch = await watchEvents(bench, [bench.label], sinceMs);
    const events = await watch.until((event) => event.id === id && event.action === 'die');
    expect(events.filter((event) => event.id === id).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['create', 'start', 'die']),
    );
  });

  test('networks, volumes and images have events too', async () => {
    const name = bench.uniqueName();
    const watch = await watchEvents(bench, []);
    await bench.engine.volumes.ensure(name, {});
    await bench.engine.networks.ensure(name, {});
    await bench.engine.networks.remove(name);
    await bench.engine.volumes.remove(name);
    const tag = `berth-contract/${name}:1`;
    await bench.engine.images.tag(bench.fixture.image, tag);
    await bench.engine.images.remove(tag);
    const events = await watch.until(({ type, action }) => type === 'image' && action === 'untag');
    const told = events.map(({ type, action }) => `${type} ${action}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'volume create',
        'network create',
        'network destroy',
        'volume destroy',
        'image tag',
        'image untag',
      ]),
    );
  });

  test('an aborted listener ends without an error', async () => {
    expect(await Array.fromAsync(bench.engine.events({ signal: AbortSignal.abort() }))).toEqual([]);
    const abort = new AbortController();
    await Array.fromAsync(bench.engine.events({ signal: abort.signal, onOpen: () => abort.abort() }));
  });
}

/** Resolves once the engine listens; `until` gives the events up to the first that fits. */
async function watchEvents(bench: Bench, labels: readonly string[] = [bench.label], sinceMs?: number) {
  const abort = new AbortController();
  const opened = Promise.withResolvers<void>();
  const events = bench.engine.events({
    labels,
    signal: abort.signal,
    onOpen: opened.resolve,
    ...(sinceMs !== undefined && { sinceMs }),
  });
  const iterator = events[Symbol.asyncIterator]();
  const first = iterator.next();
  first.catch(opened.reject);
  await opened.promise;
  return {
    async until(fits: (event: EngineEvent) => boolean): Promise<EngineEvent[]> {
      const seen: EngineEvent[] = [];
      for (let next = await first; !next.done; next = await iterator.next()) {
        seen.push(next.value);
        if (fits(next.value)) break;
      }
      abort.abort();
      return seen;
    },
  };
}
