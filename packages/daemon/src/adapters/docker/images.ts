import { isProblem } from '@berth/spec/problem';
import type { EngineImage, EngineImages } from '../../ports/engine.ts';
import { buildImage } from './build.ts';
import { type EngineCall, renderPathPart } from './call.ts';
import type { EngineClient } from './client.ts';
import { type ImageJson, parseImage } from './image-json.ts';
import { parseImageReference } from './image-reference.ts';
import { mapInParallel } from './in-parallel.ts';
import { pullImage } from './pull.ts';

const WIDTH = 16;

/** The images of one engine. */
export function createImages(client: EngineClient): EngineImages {
  return {
    list: () => listImages(client),
    inspect: (reference) => inspectImage(client, reference),
    pull: (reference, options) => pullImage(client, reference, options),
    async tag(image, reference) {
      const { repository, tag } = parseImageReference(reference);
      await client.run({
        ...about(image, 'tag'),
        method: 'POST',
        path: `/images/${renderPathPart(image)}/tag`,
        query: { repo: repository, tag },
      });
    },
    async remove(reference) {
      await client.run({
        ...about(reference, 'remove'),
        method: 'DELETE',
        path: `/images/${renderPathPart(reference)}`,
        silenceMs: client.timeouts.startMs,
      });
    },
    build: (tar, options) => buildImage(client, tar, options),
  };
}

/** The list lacks the exposed ports, so each image is looked at. */
async function listImages(client: EngineClient): Promise<EngineImage[]> {
  const summaries = await client.ask<readonly { readonly Id: string }[]>({
    method: 'GET',
    path: '/images/json',
    subject: 'engine',
    toDo: 'list images',
  });
  const found = await mapInParallel(summaries, WIDTH, ({ Id }) => findImage(client, Id));
  return found.filter((image) => image !== undefined);
}

async function findImage(client: EngineClient, id: string): Promise<EngineImage | undefined> {
  try {
    return await inspectImage(client, id);
  } catch (error) {
    if (isProblem(error, 'image-not-found')) return undefined;
    throw error;
  }
}

async function inspectImage(client: EngineClient, reference: string): Promise<EngineImage> {
  return parseImage(
    await client.ask<ImageJson>({
      ...about(reference, 'look at'),
      method: 'GET',
      path: `/images/${renderPathPart(reference)}/json`,
    }),
  );
}

function about(reference: string, verb: string): Pick<EngineCall, 'subject' | 'toDo'> {
  return { subject: 'image', toDo: `${verb} image ${reference}` };
}
