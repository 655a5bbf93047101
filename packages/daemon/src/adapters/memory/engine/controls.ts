import type { Problem } from '@berth/spec/problem';
import { type MemoryOffer, type MemoryImageSource, renderImage } from './registry.ts';
import type { World } from './world.ts';

/** What only a test can do to an engine. */
export interface MemoryControls {
  /** Gone, every call and every open stream fails with `engine-unreachable`. */
  setReachable(isReachable: boolean): void;
  /** Every call takes so long from now on. */
  slow(delayMs: number): void;
  /** The next call of this name (`containers.start`, `images.pull`, `describe`, …) rejects, and the one after it with the next problem. */
  failNext(call: string, problem: Problem): void;
  /** How often this call was made. */
  count(call: string): number;
  /** Events that happen from now on are lost, as engines lose them. */
  setDeaf(isDeaf: boolean): void;
  /** A container ends by itself. */
  crash(id: string, exitCode: number, options?: { readonly outOfMemory?: boolean }): void;
  /** A container says something. */
  say(id: string, text: string, stream?: 'stdout' | 'stderr'): void;
  /** Gives the engine an image. */
  addImage(source: MemoryImageSource): void;
  /** Gives a registry an image, in place of one of that name. */
  offer(offer: MemoryOffer): void;
  setRegistryDown(host: string, isDown: boolean): void;
  /** The engine becomes the one node of a swarm, or leaves it. */
  setSwarm(isManager: boolean): void;
}

export function createControls(world: World): MemoryControls {
  const { gate, events, containers, images, registry, clock } = world;
  return {
    setReachable: (isReachable) => gate.setReachable(isReachable),
    slow: (delayMs) => gate.setDelay(delayMs),
    failNext: (call, problem) => gate.failNext(call, problem),
    count: (call) => gate.count(call),
    setDeaf: (isDeaf) => events.setDeaf(isDeaf),
    crash(id, exitCode, { outOfMemory = false } = {}) {
      const container = containers.get(id);
      container.view = { ...container.view, outOfMemory };
      container.running?.end(exitCode);
    },
    say: (id, text, stream = 'stdout') => containers.get(id).log.write(stream, Buffer.from(`${text}\n`)),
    addImage: (source) => images.add(renderImage(source, clock.now())),
    offer: (offer) => registry.offer(offer),
    setRegistryDown: (host, isDown) => registry.setDown(host, isDown),
    setSwarm(isManager) {
      world.swarm.isManager = isManager;
    },
  };
}
