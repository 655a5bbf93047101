import type { DiskUse, EngineDisk } from '../../../ports/engine.ts';
import { isAlive } from './container.ts';
import type { World } from './world.ts';

/** Only images have a size here; what they share is not known. */
export function measureDisk({ images, containers, volumes }: World): EngineDisk {
  const made = [...containers.all()];
  const usedImages = new Set(made.map(({ view }) => view.imageId));
  const usedVolumes = new Set(made.flatMap(({ request }) => request.volumes.map(({ volume }) => volume)));
  return {
    images: sum(images.list().map(({ id, sizeBytes }) => ({ isActive: usedImages.has(id), sizeBytes }))),
    containers: sum(made.map((container) => ({ isActive: isAlive(container), sizeBytes: 0 }))),
    volumes: sum([...volumes.keys()].map((name) => ({ isActive: usedVolumes.has(name), sizeBytes: 0 }))),
    buildCache: sum([]),
  };
}

function sum(things: readonly { readonly isActive: boolean; readonly sizeBytes: number }[]): DiskUse {
  const add = (some: typeof things): number => some.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
  const active = things.filter(({ isActive }) => isActive);
  return {
    count: things.length,
    active: active.length,
    sizeBytes: add(things),
    reclaimableBytes: add(things) - add(active),
  };
}
