import { isProblem, Problem } from '@berth/spec/problem';
import { engineReference } from '../core/image-name.ts';
import type { Engine, EngineImage } from '../ports/engine.ts';
import { type Actor, authorize } from './actor.ts';
import { requireEngine } from './app-access.ts';
import type { Context } from './context.ts';
import { appsOfImage, getEngineByName, imagesOfContainers } from './image-use.ts';
import type { News } from './ledger.ts';

/** An image by its id, or by one of its names, which alone is then taken away while it has others. */
export interface ImageTarget {
  readonly engine: string;
  readonly image: string;
}

/** Takes an image from an engine, unless the current release of an app or any container, also a foreign one, is made of it. */
export async function removeImage(context: Context, actor: Actor, target: ImageTarget): Promise<void> {
  authorize(actor, { scope: 'admin', owner: null });
  const engine = getEngineByName(context, target.engine);
  requireEngine(context, engine.name);
  const image = await engine.images.inspect(nameOf(target.image));
  const apps = appsOfImage(context, engine.name, image.id);
  if (apps.length > 0) throw usedByApps(target, apps);
  const container = (await imagesOfContainers(engine)).get(image.id);
  if (container !== undefined) throw usedByContainer(target, container);
  if (isId(target.image)) await removeWhole(engine, image);
  else await engine.images.remove(nameOf(target.image));
  await context.ledger.write(() => ({ changes: [], news: [removalNews(actor, target)], result: null }));
}

/** Every name, then what is left: an engine refuses to remove an image by its id while it has several. */
export async function removeWhole(engine: Engine, image: EngineImage): Promise<void> {
  for (const reference of [...image.references, ...image.digests]) await removeIfThere(engine, reference);
  await removeIfThere(engine, image.id);
}

export function removalNews(actor: Actor, { engine, image }: ImageTarget): News {
  return {
    kind: 'image.removed',
    app: null,
    owner: null,
    operation: null,
    detail: `${image} from "${engine}", by ${actor.user}`,
  };
}

async function removeIfThere(engine: Engine, reference: string): Promise<void> {
  try {
    await engine.images.remove(reference);
  } catch (error) {
    if (!isProblem(error, 'image-not-found')) throw error;
  }
}

function isId(image: string): boolean {
  return image.startsWith('sha256:');
}

function nameOf(image: string): string {
  return isId(image) ? image : engineReference(image);
}

function usedByApps({ image }: ImageTarget, apps: readonly string[]): Problem {
  const detail = `The image "${image}" is what ${apps.join(', ')} ${apps.length === 1 ? 'is' : 'are'} made of; deploy another, or remove the app, first.`;
  return new Problem('still-in-use', detail, { facts: { apps } });
}

function usedByContainer({ image }: ImageTarget, container: string): Problem {
  const detail = `The container "${container}" is made of the image "${image}"; remove the container first.`;
  return new Problem('still-in-use', detail);
}
