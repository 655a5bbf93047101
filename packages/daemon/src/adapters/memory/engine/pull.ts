import { isProblem, Problem } from '@berth/spec/problem';
import type { EngineImages, PullProgress } from '../../../ports/engine.ts';
import { parseReference } from './image-reference.ts';
import { findDigest, renderImage } from './registry.ts';
import type { World } from './world.ts';

const STEPS = 4;

/** Brings an image from a registry, with the words and the progress of a real pull. */
export async function pullImage(
  world: World,
  reference: string,
  options: Parameters<EngineImages['pull']>[1],
): Promise<void> {
  assertWanted(options.signal);
  await world.gate.pass('images.pull');
  const offer = world.registry.get(reference, options.credential);
  const { repository, digest } = parseReference(reference);
  const image = renderImage(offer, world.clock.now());
  for (const progress of renderProgress(image.sizeBytes)) {
    await Promise.resolve();
    assertWanted(options.signal);
    options.onProgress?.(progress);
  }
  const digests = [`${repository}@${digest ?? findDigest(offer)}`];
  world.images.add({ ...image, references: digest === undefined ? image.references : [], digests });
  world.events.add('image', 'pull', { id: reference, labels: { name: repository } });
}

function renderProgress(totalBytes: number): PullProgress[] {
  const layer = { totalBytes, layers: 1, layersDone: 0 };
  const downloads = Array.from({ length: STEPS }, (_, step) => ({
    ...layer,
    currentBytes: Math.floor((totalBytes * (step + 1)) / STEPS),
    status: 'Downloading',
  }));
  return [...downloads, { ...layer, currentBytes: totalBytes, layersDone: 1, status: 'Pull complete' }];
}

function assertWanted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw isProblem(signal.reason) ? signal.reason : new Problem('operation-superseded', 'The pull was cancelled.');
}
