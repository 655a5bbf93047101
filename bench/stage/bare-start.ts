import { setTimeout as delay } from 'node:timers/promises';
import type { BareContainer, BareEngine } from './bare-engine.ts';
import { awaitFirstAnswer } from './first-answer.ts';

/** Where the test image `web` listens unless it is told. */
export const WEB_PORT = 8080;
const REST_MS = 250;

/** A container, and whether its image is pulled first, although the engine has it. */
export interface BareStart extends BareContainer {
  readonly isPulled?: boolean;
}

/** Resolves to the id of a container that has given its first answer. */
export async function startAnswering(bare: BareEngine, { isPulled = false, ...container }: BareStart): Promise<string> {
  if (isPulled) await bare.pull(container.image);
  const id = await bare.create(container);
  await bare.act(id, 'start');
  await awaitFirstAnswer({ host: await bare.findAddress(id), port: WEB_PORT });
  return id;
}

/** Milliseconds to the first answer; the container is gone afterwards. */
export async function timeBareStart(bare: BareEngine, start: BareStart): Promise<number> {
  const began = performance.now();
  const id = await startAnswering(bare, start);
  const tookMs = performance.now() - began;
  await bare.act(id, 'stop');
  await bare.remove(id);
  await rest();
  return tookMs;
}

/** What a removed container leaves to be done by engine and kernel is not to fall on the next one. */
export async function rest(): Promise<void> {
  await delay(REST_MS);
}
