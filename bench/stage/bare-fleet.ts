import { mapInParallel } from '../../packages/daemon/src/adapters/docker/in-parallel.ts';
import type { BareContainer, BareEngine } from './bare-engine.ts';

export interface BareFleet extends BareContainer {
  readonly count: number;
  /** So many are made at a time. */
  readonly width: number;
}

/** Makes and starts containers; resolves to their ids. */
export function startContainers(engine: BareEngine, { count, width, ...container }: BareFleet): Promise<string[]> {
  return mapInParallel(Array.from({ length: count }), width, async () => {
    const id = await engine.create(container);
    await engine.act(id, 'start');
    return id;
  });
}

/** Stops and removes them, so many at a time. */
export async function endContainers(engine: BareEngine, ids: readonly string[], width: number): Promise<void> {
  await mapInParallel(ids, width, async (id) => {
    await engine.act(id, 'stop');
    await engine.remove(id);
  });
}
