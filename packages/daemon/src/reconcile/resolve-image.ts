import type { AppSpec } from '@berth/spec/app-spec';
import type { App, Release, Revision } from '../core/app.ts';
import { credentialKey, releasesOf } from '../core/books.ts';
import { servedPort } from '../core/container-request.ts';
import { engineReference } from '../core/image-name.ts';
import type { Engine, EngineImage, PullProgress } from '../ports/engine.ts';
import { requireApproved } from '../use-cases/image-rule.ts';
import { digestOf, type ImageWish, obtainImage } from './obtain-image.ts';
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

function obtain(hand: Hand, release: Release): Promise<EngineImage> {
  const { world, app, signal } = hand;
  const { registryCredential: name } = release.spec;
  const reference = contentOf(hand, release);
  const credential =
    name === undefined ? undefined : world.ledger.books.credentials.get(credentialKey({ owner: app.owner, name }));
  const onProgress = (progress: PullProgress): void => tellProgress(hand, reference, progress);
  return obtainImage(hand, { reference, pull: pullOf(release), owner: app.owner, credential, onProgress, signal });
}

/** What the release was made for: content that is known, else approved, else what the name means now. */
function contentOf({ world, app }: Hand, { digest, spec }: Release): string {
  if (digest !== null) return digest;
  const approved = requireApproved(world, { engine: app.engine, reference: spec.image });
  return (approved?.digest === null ? approved.imageId : null) ?? engineReference(spec.image);
}

/** A tag that usually moves is asked for each time; a fixed one, and known content, only when it is missing. */
function pullOf({ digest, spec }: Release): ImageWish['pull'] {
  if (spec.pull !== 'auto') return spec.pull;
  return digest === null && movesUsually(spec) ? 'fresh' : 'missing';
}

function movesUsually({ image }: AppSpec): boolean {
  return !image.includes('@') && (!/:[^/]+$/.test(image) || image.endsWith(':latest'));
}

function tellProgress({ world, app }: Hand, reference: string, progress: PullProgress): void {
  const operation = world.ledger.books.operations.get(app.id);
  const part = progress.totalBytes === 0 ? null : Math.min(1, progress.currentBytes / progress.totalBytes);
  const detail = `${progress.status} ${reference}: ${progress.layersDone} of ${progress.layers} layers.`;
  if (operation !== undefined) world.progress.set(operation.id, { phase: 'pulling', part, detail });
}
