import { isProblem, Problem } from '@berth/spec/problem';
import {
  type GuardedRepository,
  guardKey,
  type ImageHolder,
  isHolder,
  withHolder,
} from '../core/guarded-repository.ts';
import { repositoryKey } from '../core/image-name.ts';
import type { Engine, EngineImage, PullProgress, RegistryCredential } from '../ports/engine.ts';
import type { World } from './world.ts';

/** Which image is wanted on an engine, for whom, and how. */
export interface ImageWish {
  /** Content by its digest or id, or a name with its tag. */
  readonly reference: string;
  /** `fresh` and `refresh`: the registry is asked, a present image may do. `always`: none will. See the app's spec. */
  readonly pull: 'fresh' | 'refresh' | 'always' | 'missing' | 'never';
  /** Whose right to the image counts; null when it is to be for everybody. */
  readonly owner: string | null;
  readonly credential: RegistryCredential | undefined;
  readonly onProgress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

interface Hand {
  readonly world: World;
  readonly engine: Engine;
}

/**
 * Makes an image be on the engine. One that came by somebody's credential is given to nobody else by its being there: who has
 * not pulled it before has to, and the registry decides.
 */
export async function obtainImage(hand: Hand, wish: ImageWish): Promise<EngineImage> {
  const { reference, pull } = wish;
  const found = await findImage(hand.engine, reference);
  const present = found !== undefined && isOpenTo(hand, wish, found) ? found : undefined;
  if (pull === 'never' || isImageId(reference)) return present ?? refuse(reference, found);
  if (pull === 'missing' && present !== undefined) return present;
  return pullOr(hand, wish, present);
}

async function pullOr(hand: Hand, wish: ImageWish, present: EngineImage | undefined): Promise<EngineImage> {
  const { reference } = wish;
  try {
    await pullImage(hand, wish);
  } catch (error) {
    if (present === undefined || !mayDoWithout(wish, present, error)) throw error;
    hand.world.log.info({ image: reference, reason: String(error) }, 'not pulled; the image on the engine is used');
    return present;
  }
  const image = await hand.engine.images.inspect(reference);
  await noteHolder(hand, wish, image);
  return image;
}

/** The digest under the repository that was asked for, else any. */
export function digestOf(image: EngineImage, reference: string): string | null {
  return digestIn(image, reference) ?? image.digests[0] ?? null;
}

/** What the image is in the repository that the reference names; undefined where it is not known to be there. */
function digestIn(image: EngineImage, reference: string): string | undefined {
  const repository = repositoryKey(reference);
  return image.digests.find((digest) => repositoryKey(digest) === repository);
}

/** Whether the present image will do. One that came from a registry is not taken for the newest while that does not answer. */
function mayDoWithout({ pull, reference }: ImageWish, present: EngineImage, error: unknown): boolean {
  if (pull === 'always') return false;
  if (isProblem(error, 'image-not-found', 'image-refused')) return true;
  return isProblem(error, 'registry-unreachable') && (pull === 'fresh' || digestIn(present, reference) === undefined);
}

async function findImage(engine: Engine, reference: string): Promise<EngineImage | undefined> {
  try {
    return await engine.images.inspect(reference);
  } catch (error) {
    if (isProblem(error, 'image-not-found')) return undefined;
    throw error;
  }
}

function isImageId(reference: string): boolean {
  return reference.startsWith('sha256:');
}

/** An id is pinned content of no registry: an administrator approved it for everybody. */
function isOpenTo({ world, engine }: Hand, { reference, owner }: ImageWish, image: EngineImage): boolean {
  return isImageId(reference) || isHolder(findGuard(world, engine, reference), { imageId: image.id, owner });
}

function findGuard(world: World, engine: Engine, reference: string): GuardedRepository | undefined {
  return world.ledger.books.shelves.guardedRepository.get(guardKey(engine.name, repositoryKey(reference)));
}

async function pullImage(hand: Hand, { reference, credential, onProgress, signal }: ImageWish): Promise<void> {
  // Before the image is there: nobody may find it unguarded.
  if (credential !== undefined) await guardRepository(hand, reference);
  await hand.engine.images.pull(reference, { onProgress, signal, ...(credential === undefined ? {} : { credential }) });
}

/** What is there of the repository already has come without Berth's credentials, and stays for everybody. */
async function guardRepository({ world, engine }: Hand, reference: string): Promise<void> {
  if (findGuard(world, engine, reference) !== undefined) return;
  const repository = repositoryKey(reference);
  const images = await engine.images.list();
  const holders = images
    .filter((image) => [...image.references, ...image.digests].some((name) => repositoryKey(name) === repository))
    .map(({ id }): ImageHolder => ({ imageId: id, owner: null }));
  await putGuard(world, { engine: engine.name, repository, holders });
}

/** Who has pulled it may use it; pulled without a credential, it is for everybody. */
async function noteHolder({ world, engine }: Hand, wish: ImageWish, image: EngineImage): Promise<void> {
  const guard = findGuard(world, engine, wish.reference);
  if (guard === undefined) return;
  const owner = wish.credential === undefined ? null : wish.owner;
  await putGuard(world, { ...guard, holders: [{ imageId: image.id, owner }] });
}

async function putGuard(world: World, guard: GuardedRepository): Promise<void> {
  const key = guardKey(guard.engine, guard.repository);
  await world.ledger.write((books) => {
    const before = books.shelves.guardedRepository.get(key);
    const record = before === undefined ? guard : guard.holders.reduce(withHolder, before);
    const item = { shelf: 'guardedRepository', key, record } as const;
    return { changes: record === before ? [] : [{ kind: 'shelf.put', item }], result: null };
  });
}

/** What may not be pulled and is not there, or not for this owner. */
function refuse(reference: string, found: EngineImage | undefined): never {
  if (found === undefined)
    throw new Problem('image-not-found', `The engine has no image "${reference}"; let it be pulled.`);
  const detail = `The image "${reference}" came to the engine by somebody else’s credential; let it be pulled with one of your own.`;
  throw new Problem('image-refused', detail);
}
