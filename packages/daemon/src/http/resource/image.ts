import { EngineDisk, ImagePrune } from '@berth/spec/engine-disk';
import { ImageReference, ShortName } from '@berth/spec/name';
import { ImagePage } from '@berth/spec/page';
import { z } from 'zod';
import { listImages } from '../../use-cases/images.ts';
import { measureDisk, pruneImages } from '../../use-cases/prune-images.ts';
import { removeImage } from '../../use-cases/remove-image.ts';
import { answer, json, nothing } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';
import { engineProblems } from '../problem-set.ts';

const EngineParams = z.strictObject({ name: ShortName });

const ImageParams = z.strictObject({
  engine: ShortName,
  // The grammar of names takes ids too.
  image: ImageReference.describe('Its id `sha256:…`, or one of its names; slashes as %2F.'),
});

export const imageEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/images',
    operationId: 'listImages',
    summary: 'List the images on the engines',
    answers: { 200: json(ImagePage, 'All of them.') },
    problems: [...engineProblems],
    handle: async ({ context, actor }) => answer(200, wholePage(await listImages(context, actor))),
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/images/{engine}/{image}',
    operationId: 'removeImage',
    summary: 'Take an image from an engine',
    description:
      'For administrators. By one of its names, that name alone is taken away while it has others. Refused while the current release of an app or any container is made of it.',
    params: ImageParams,
    answers: { 204: nothing('Removed.') },
    problems: ['engine-not-found', 'image-not-found', 'still-in-use', ...engineProblems],
    handle: async ({ context, actor, params }) => {
      await removeImage(context, actor, params);
      return answer(204, null);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/engines/{name}/disk',
    operationId: 'measureDisk',
    summary: 'Add up what lies on an engine’s disk',
    description: 'For administrators: it counts everybody’s, also what is not Berth’s.',
    params: EngineParams,
    answers: { 200: json(EngineDisk, 'Its disk use.') },
    problems: ['engine-not-found', ...engineProblems],
    handle: async ({ context, actor, params }) => answer(200, await measureDisk(context, actor, params.name)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/engines/{name}/actions/prune-images',
    operationId: 'pruneImages',
    summary: 'Remove the images of an engine that nothing uses',
    description:
      'For administrators. Only images that no kept release of an app, no approval and no container is of, also no foreign one. Never volumes.',
    params: EngineParams,
    query: z.strictObject({ dryRun: z.boolean().default(false).describe('Tell what would go, and remove nothing.') }),
    answers: { 200: json(ImagePrune, 'What went, or would.') },
    problems: ['engine-not-found', ...engineProblems],
    handle: async ({ context, actor, params, query }) =>
      answer(200, await pruneImages(context, actor, { engine: params.name, dryRun: query.dryRun })),
  }),
];
