import type { EngineDisk as EngineDiskResource, ImagePrune } from '@berth/spec/engine-disk';
import { isProblem } from '@berth/spec/problem';
import type { Engine, EngineImage } from '../ports/engine.ts';
import { type Actor, authorize } from './actor.ts';
import { requireEngine } from './app-access.ts';
import type { Context } from './context.ts';
import { getEngineByName, imagesOfContainers, keptImages } from './image-use.ts';
import { removalNews, removeWhole } from './remove-image.ts';

/** What lies on an engine's disk; for administrators, because it is everybody's. */
export async function measureDisk(context: Context, actor: Actor, engineName: string): Promise<EngineDiskResource> {
  authorize(actor, { scope: 'admin', owner: null });
  const engine = getEngineByName(context, engineName);
  requireEngine(context, engine.name);
  return { engine: engine.name, ...(await engine.measureDisk()) };
}

/**
 * Removes the images that no kept release of an app, no approval and no container, also a foreign one, is of. Never volumes. One
 * that something begins to use meanwhile stays: the engine refuses.
 */
export async function pruneImages(
  context: Context,
  actor: Actor,
  { engine: engineName, dryRun }: { readonly engine: string; readonly dryRun: boolean },
): Promise<ImagePrune> {
  authorize(actor, { scope: 'admin', owner: null });
  const engine = getEngineByName(context, engineName);
  requireEngine(context, engine.name);
  const unused = await listUnused(context, engine);
  const removed = dryRun ? unused : await removeAll(engine, unused);
  const news = removed.map((image) => removalNews(actor, { engine: engine.name, image: nameOf(image) }));
  if (!dryRun) await context.ledger.write(() => ({ changes: [], news, result: null }));
  const images = removed.map(({ id, references, sizeBytes }) => ({ id, references: [...references], sizeBytes }));
  return { engine: engine.name, dryRun, images, sizeBytes: images.reduce((sum, image) => sum + image.sizeBytes, 0) };
}

async function listUnused(context: Context, engine: Engine): Promise<EngineImage[]> {
  // What is kept is asked for last: an image that a deploy has just pulled is known by then.
  const images = await engine.images.list();
  const used = await imagesOfContainers(engine);
  const kept = await keptImages(context, engine.name);
  return images.filter(({ id }) => !used.has(id) && !kept.has(id));
}

async function removeAll(engine: Engine, images: readonly EngineImage[]): Promise<EngineImage[]> {
  const removed: EngineImage[] = [];
  for (const image of images) {
    try {
      await removeWhole(engine, image);
      removed.push(image);
    } catch (error) {
      if (!isProblem(error, 'still-in-use', 'engine-conflict')) throw error;
    }
  }
  return removed;
}

function nameOf({ id, references }: EngineImage): string {
  return references.join(', ') || id;
}
