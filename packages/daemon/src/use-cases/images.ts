import type { Image as ImageResource } from '@berth/spec/image';
import { renderInstant } from '@berth/spec/instant';
import type { Engine, EngineImage } from '../ports/engine.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** Administrators see every image on every engine that answers, others those that their apps use. */
export async function listImages(context: Context, actor: Actor): Promise<ImageResource[]> {
  authorize(actor, { scope: 'read', owner: actor.user });
  const users = imageUsers(context, actor);
  const connected = [...context.engines.values()].filter((engine) => context.fleet.engine(engine.name).connected);
  const images = (await Promise.all(connected.map((engine) => listOn(engine, users)))).flat();
  return visibleOwner(actor) === null ? images : images.filter((image) => image.apps.length > 0);
}

async function listOn(engine: Engine, users: ReadonlyMap<string, ReadonlySet<string>>): Promise<ImageResource[]> {
  const images = await engine.images.list();
  return images.map((image) => viewImage(engine, image, users.get(userKey(engine.name, image.id)) ?? new Set()));
}

function viewImage(engine: Engine, image: EngineImage, apps: ReadonlySet<string>): ImageResource {
  const { id, references, digests, sizeBytes, createdAt } = image;
  const names = { references: [...references], digests: [...digests], apps: [...apps].toSorted() };
  return { id, engine: engine.name, ...names, sizeBytes, createdAt: renderInstant(createdAt) };
}

/** By engine and image: the apps that the actor may see and whose current releases use it. */
function imageUsers(context: Context, actor: Actor): Map<string, Set<string>> {
  const { apps, releases } = context.ledger.books;
  const visible = visibleOwner(actor);
  const users = new Map<string, Set<string>>();
  for (const app of apps.values()) {
    if (visible !== null && app.owner !== visible) continue;
    for (const { imageId } of releases.get(app.id)?.values() ?? []) {
      if (imageId === null) continue;
      const key = userKey(app.engine, imageId);
      users.set(key, (users.get(key) ?? new Set()).add(app.name));
    }
  }
  return users;
}

function userKey(engine: string, imageId: string): string {
  return `${engine} ${imageId}`;
}
