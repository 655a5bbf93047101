import { Problem } from '@berth/spec/problem';
import type { Release } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from './context.ts';

const pageSize = 200;

/** The engine of that name. */
export function getEngineByName({ engines }: Context, name: string): Engine {
  const engine = engines.get(name);
  if (engine === undefined)
    throw new Problem('engine-not-found', `There is no engine "${name}"; GET /v1/engines lists those of the settings.`);
  return engine;
}

/** Apps whose current releases are of the image: what serves, what is rolled out, what came last. */
export function appsOfImage({ ledger }: Context, engine: string, imageId: string): string[] {
  const { books } = ledger;
  return [...books.apps.values()]
    .filter(
      (app) => app.engine === engine && [...releasesOf(books, app.id).values()].some((one) => one.imageId === imageId),
    )
    .map(({ name }) => name)
    .toSorted();
}

/** The images of containers, whoever made them. */
export async function imagesOfContainers(engine: Engine): Promise<Map<string, string>> {
  const containers = await engine.containers.list([]);
  return new Map(containers.map(({ imageId, name }) => [imageId, name]));
}

/** The images that a kept release of an app on the engine could be made of again, and what was approved there. */
export async function keptImages(context: Context, engine: string): Promise<Set<string>> {
  const { books } = context.ledger;
  const kept = new Set<string>();
  for (const app of books.apps.values()) {
    if (app.engine !== engine) continue;
    for (const { imageId } of [...releasesOf(books, app.id).values(), ...(await listReleases(context, app.id))])
      if (imageId !== null) kept.add(imageId);
  }
  for (const request of books.shelves.imageRequest.values())
    if (request.engine === engine && request.state === 'ready' && request.imageId !== null) kept.add(request.imageId);
  return kept;
}

async function listReleases(context: Context, appId: string): Promise<Release[]> {
  const releases: Release[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  while (before > 1) {
    const page = await context.store.listReleases(appId, { before, limit: pageSize });
    releases.push(...page);
    before = page.length < pageSize ? 0 : (page.at(-1)?.number ?? 0);
  }
  return releases;
}
