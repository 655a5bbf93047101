import type { Image as ImageResource } from '@berth/spec/image';
import { renderInstant } from '@berth/spec/instant';
import type { App, Release } from '../core/app.ts';
import { releasesOf } from '../core/books.ts';
import { engineReference, imageKey, parseImageName, shortRepository } from '../core/image-name.ts';
import type { Engine, EngineImage } from '../ports/engine.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import { requireEngine } from './app-access.ts';
import type { Context } from './context.ts';

/** Administrators see every image on every engine that answers, others those that their apps use. */
export async function listImages(context: Context, actor: Actor): Promise<ImageResource[]> {
  authorize(actor, { scope: 'read', owner: actor.user });
  const users = imageUsers(context, actor);
  const connected = [...context.engines.values()].filter((engine) => context.fleet.engine(engine.name).connected);
  const images = (await Promise.all(connected.map((engine) => listOn(engine, users)))).flat();
  return visibleOwner(actor) === null ? images : images.filter((image) => image.apps.length > 0);
}

/** One name of an image, as `docker image ls` lists it. */
export interface ImageLine {
  /** `sha256:…` */
  readonly id: string;
  /** Null for an image without a name. */
  readonly repository: string | null;
  readonly tag: string | null;
  /** `sha256:…` of the manifest in that repository. */
  readonly digest: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly sizeBytes: number;
  /** Apps that are there and whose spec names it so, as far as the actor may see them. */
  readonly apps: number;
}

/** What `listImages` gives of one engine, name by name. */
export async function listImageLines(context: Context, actor: Actor, engineName: string): Promise<ImageLine[]> {
  authorize(actor, { scope: 'read', owner: actor.user });
  requireEngine(context, engineName);
  const users = imageUsers(context, actor);
  const images = (await context.engines.get(engineName)?.images.list()) ?? [];
  const isVisible = ({ id }: EngineImage): boolean =>
    visibleOwner(actor) === null || users.apps.has(placeKey(engineName, id));
  return images.filter(isVisible).flatMap((image) => linesOf(image, (name) => countOf(users, engineName, name)));
}

function linesOf(image: EngineImage, appsOf: (reference: string) => number): ImageLine[] {
  const { id, createdAt, sizeBytes } = image;
  const named = new Set(image.references.map(shortRepository));
  const tagged = image.references.map((reference) => {
    const repository = shortRepository(reference);
    const digest = findDigest(image, repository);
    return { repository, tag: parseImageName(reference).tag, digest, apps: appsOf(reference) };
  });
  const untagged = image.digests
    .filter((reference) => !named.has(shortRepository(reference)))
    .map((reference) => ({
      repository: shortRepository(reference),
      tag: null,
      digest: parseImageName(reference).digest,
      apps: appsOf(reference),
    }));
  const lines = [...tagged, ...untagged];
  const all = lines.length > 0 ? lines : [{ repository: null, tag: null, digest: null, apps: 0 }];
  return all.map((line) => ({ id, createdAt, sizeBytes, ...line }));
}

function findDigest({ digests }: EngineImage, repository: string): string | null {
  const found = digests.find((reference) => shortRepository(reference) === repository);
  return found === undefined ? null : parseImageName(found).digest;
}

async function listOn(engine: Engine, users: ImageUsers): Promise<ImageResource[]> {
  const images = await engine.images.list();
  return images.map((image) => viewImage(engine, image, users));
}

function viewImage(engine: Engine, image: EngineImage, users: ImageUsers): ImageResource {
  const { id, references, digests, sizeBytes, createdAt } = image;
  const using = users.apps.get(placeKey(engine.name, id)) ?? new Map<string, string>();
  const names = [...references, ...new Set([...using.values()].map(engineReference))];
  const usage = [...new Map(names.map((name) => [imageKey(name), name])).values()].map((reference) => ({
    reference,
    apps: countOf(users, engine.name, reference),
  }));
  const known = { references: [...references], digests: [...digests], usage, apps: [...using.keys()].toSorted() };
  return { id, engine: engine.name, ...known, sizeBytes, createdAt: renderInstant(createdAt) };
}

interface ImageUsers {
  /** By engine and image: the apps whose current releases use it, each with the name its spec has for it. */
  readonly apps: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By engine and name: how many apps there are of it. */
  readonly counts: ReadonlyMap<string, number>;
}

/** As far as the actor may see the apps. */
function imageUsers(context: Context, actor: Actor): ImageUsers {
  const { apps, releases } = context.ledger.books;
  const visible = visibleOwner(actor);
  const users = new Map<string, Map<string, string>>();
  const counts = new Map<string, number>();
  for (const app of apps.values()) {
    if (visible !== null && app.owner !== visible) continue;
    const current = currentRelease(context, app);
    if (current !== undefined) count(counts, placeKey(app.engine, imageKey(current.spec.image)));
    for (const { imageId, spec } of releases.get(app.id)?.values() ?? []) {
      if (imageId === null) continue;
      const key = placeKey(app.engine, imageId);
      users.set(key, (users.get(key) ?? new Map<string, string>()).set(app.name, spec.image));
    }
  }
  return { apps: users, counts };
}

/** What the app is made of: the release that serves, before any does the newest. */
function currentRelease({ ledger }: Context, app: App): Release | undefined {
  return releasesOf(ledger.books, app.id).get(app.serving?.release ?? app.target?.release ?? app.lastRelease);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countOf({ counts }: ImageUsers, engine: string, reference: string): number {
  return counts.get(placeKey(engine, imageKey(reference))) ?? 0;
}

function placeKey(engine: string, image: string): string {
  return `${engine} ${image}`;
}
