import { isProblem } from '@berth/spec/problem';
import type { AppSpec } from '@berth/spec/app-spec';
import type { App, Release, Revision } from '../core/app.ts';
import { credentialKey, releasesOf } from '../core/books.ts';
import { servedPort } from '../core/container-request.ts';
import type { Engine, EngineImage, PullProgress } from '../ports/engine.ts';
import type { World } from './world.ts';

interface Hand {
  readonly world: World;
  readonly engine: Engine;
  readonly app: App;
  readonly signal: AbortSignal;
}

/** Makes the release's image be on the engine, and writes down which content it is. */
export async function resolveImage(hand: Hand, revision: Revision): Promise<void> {
  const release = releasesOf(hand.world.ledger.books, hand.app.id).get(revision.release);
  if (release === undefined || release.imageId !== null) return;
  const image = await obtain(hand, release);
  const { spec } = release;
  const digest = digestOf(image, spec.image);
  const known = { imageId: image.id, digest, servedPort: servedPort(spec, image.exposedPorts) };
  await hand.world.ledger.write((books) => {
    const current = releasesOf(books, hand.app.id).get(revision.release);
    return {
      changes: current === undefined ? [] : [{ kind: 'release.put', release: { ...current, ...known } }],
      result: null,
    };
  });
}

async function obtain(hand: Hand, release: Release): Promise<EngineImage> {
  const { spec } = release;
  const reference = release.digest ?? spec.image;
  const present = await findImage(hand.engine, reference);
  if (present !== undefined && !wantsPull(spec)) return present;
  if (spec.pull === 'never') return hand.engine.images.inspect(reference);
  try {
    await pull(hand, release, reference);
  } catch (error) {
    if (present === undefined || !mayDoWithout(spec, present, error)) throw error;
    hand.world.log.info(
      { app: hand.app.name, image: reference, reason: String(error) },
      'not pulled; the image on the engine is used',
    );
    return present;
  }
  return hand.engine.images.inspect(reference);
}

/** A tag that usually moves is asked for each time; a fixed one only when it is missing. */
function wantsPull(spec: AppSpec): boolean {
  if (spec.pull !== 'auto') return spec.pull === 'always' || spec.pull === 'refresh';
  return !spec.image.includes('@') && (!/:[^/]+$/.test(spec.image) || spec.image.endsWith(':latest'));
}

/** Whether the present image will do. One that came from a registry is not taken for the newest while that does not answer. */
function mayDoWithout(spec: AppSpec, present: EngineImage, error: unknown): boolean {
  if (spec.pull === 'always') return false;
  if (isProblem(error, 'image-not-found', 'image-refused')) return true;
  return (
    isProblem(error, 'registry-unreachable') && (spec.pull === 'auto' || digestIn(present, spec.image) === undefined)
  );
}

async function findImage(engine: Engine, reference: string): Promise<EngineImage | undefined> {
  try {
    return await engine.images.inspect(reference);
  } catch (error) {
    if (isProblem(error, 'image-not-found')) return undefined;
    throw error;
  }
}

async function pull({ world, engine, app, signal }: Hand, release: Release, reference: string): Promise<void> {
  const { registryCredential: name } = release.spec;
  const credential =
    name === undefined ? undefined : world.ledger.books.credentials.get(credentialKey({ owner: app.owner, name }));
  const onProgress = (progress: PullProgress): void => {
    const operation = world.ledger.books.operations.get(app.id);
    const part = progress.totalBytes === 0 ? null : Math.min(1, progress.currentBytes / progress.totalBytes);
    const detail = `${progress.status} ${reference}: ${progress.layersDone} of ${progress.layers} layers.`;
    if (operation !== undefined) world.progress.set(operation.id, { phase: 'pulling', part, detail });
  };
  await engine.images.pull(reference, { onProgress, signal, ...(credential === undefined ? {} : { credential }) });
}

/** The digest under the repository that was asked for, else any. */
function digestOf(image: EngineImage, reference: string): string | null {
  return digestIn(image, reference) ?? image.digests[0] ?? null;
}

/** What the image is in the repository that the reference names; undefined where it is not known to be there. */
function digestIn(image: EngineImage, reference: string): string | undefined {
  const repository = reference.replace(/@.*$/, '').replace(/:[^/:]+$/, '');
  return image.digests.find((digest) => digest.startsWith(`${repository}@`));
}
