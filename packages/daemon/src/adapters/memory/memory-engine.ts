import type { Clock } from '../../ports/clock.ts';
import type { Engine, EngineDescription } from '../../ports/engine.ts';
import { createContainers } from './engine/containers.ts';
import { createControls, type MemoryControls } from './engine/controls.ts';
import { measureDisk } from './engine/disk.ts';
import { createImages } from './engine/images.ts';
import { createNetworks, createVolumes } from './engine/networks.ts';
import { type MemoryImageSource, type MemoryOffer, Registry } from './engine/registry.ts';
import { hostMemoryBytes } from './engine/stats.ts';
import { createSwarm } from './engine/swarm.ts';
import { createWorld } from './engine/world.ts';

export interface MemoryEngineSettings {
  readonly name: string;
  /** What the engine has from the start. */
  readonly images?: readonly MemoryImageSource[];
  /** What registries have from the start. */
  readonly offers?: readonly MemoryOffer[];
  /** The machine's unless given. */
  readonly clock?: Pick<Clock, 'now' | 'after'>;
}

/** An engine in memory. Its containers have loopback addresses, at which a test may listen. */
export interface MemoryEngine extends Engine {
  readonly controls: MemoryControls;
}

/** Has nothing but what the settings give it. */
export function createMemoryEngine({
  name,
  images = [],
  offers = [],
  clock = machineClock,
}: MemoryEngineSettings): MemoryEngine {
  const world = createWorld(name, clock, new Registry());
  const controls = createControls(world);
  for (const image of images) controls.addImage(image);
  for (const offer of offers) controls.offer(offer);
  return {
    name,
    controls,
    reach: { kind: 'container' },
    containers: createContainers(world),
    images: createImages(world),
    networks: createNetworks(world),
    volumes: createVolumes(world),
    swarm: createSwarm(world),
    describe: world.gate.guard('describe', () => ({
      ...description,
      mode: world.swarm.isManager ? ('swarm' as const) : ('solo' as const),
    })),
    measureDisk: world.gate.guard('measureDisk', () => measureDisk(world)),
    events: (options) => world.events.listen(world.gate, options),
    close: async () => {},
  };
}

const description: Omit<EngineDescription, 'mode'> = {
  version: '29.0.0',
  apiVersion: '1.52',
  operatingSystem: 'memory',
  architecture: 'x86_64',
  cpus: 2,
  memoryBytes: hostMemoryBytes,
};

const machineClock: Pick<Clock, 'now' | 'after'> = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
