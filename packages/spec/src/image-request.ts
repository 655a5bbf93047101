import { z } from 'zod';
import { Instant } from './instant.ts';
import { ImageReference, ShortName, UserName } from './name.ts';

const Sentence = z
  .string()
  .max(2000)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character');

/** What `POST /v1/image-requests` takes. */
export const ImageRequestInput = z
  .strictObject({
    image: ImageReference,
    engine: ShortName.optional().describe('Where it is wanted. Default: the default engine.'),
    purpose: Sentence.default('').describe('What it is for, to those who decide.'),
    registryCredential: ShortName.optional().describe('The name of a credential of yours, to pull it with.'),
    renew: z
      .boolean()
      .default(false)
      .describe('Ask also when it is approved: for what the name means in its registry now.'),
  })
  .meta({ id: 'ImageRequestInput' });

export const ImageApproval = z
  .strictObject({
    reason: Sentence.min(1).optional().describe('Why, to those who asked.'),
    registryCredential: ShortName.optional().describe(
      'The name of a credential of yours, to pull it with; what comes by it is for everybody.',
    ),
  })
  .meta({ id: 'ImageApproval' });

export const ImageRejection = z
  .strictObject({ reason: Sentence.min(1).optional().describe('Why, to those who asked.') })
  .meta({ id: 'ImageRejection' });

export const ImageRequestState = z.enum(['pending', 'approved', 'ready', 'superseded', 'rejected', 'failed']).meta({
  id: 'ImageRequestState',
  description:
    'pending: nobody has decided. approved: it is being pulled. ready: it is there, and pinned to its digest. superseded: a later request for the same is ready. rejected: it may not be used. failed: it could not be pulled.',
});

export const ImagePull = z
  .strictObject({
    percent: z.number().min(0).max(100).nullable().describe('Of the bytes known so far; null before any are.'),
    currentBytes: z.int(),
    totalBytes: z.int().describe('Of the layers known so far.'),
    layers: z.int(),
    layersDone: z.int(),
    status: z.string().describe('The engine’s own word.'),
  })
  .meta({ id: 'ImagePull' });

export const ImageRequest = z
  .strictObject({
    id: z.string(),
    engine: z.string(),
    image: z.string().describe('As it was asked for.'),
    state: ImageRequestState,
    askers: z
      .array(z.strictObject({ user: UserName, purpose: z.string(), at: Instant }))
      .describe('Who asked, the first one first, as far as the caller may see them.'),
    decidedBy: UserName.nullable().describe('Null while nobody has decided, and where the policy needs nobody to.'),
    decidedAt: Instant.nullable().describe('Null while it is pending.'),
    reason: z.string().nullable().describe('Why it was decided so, where that was said.'),
    failure: z.string().nullable().describe('Why it could not be pulled.'),
    digest: z.string().nullable().describe('What it is pinned to; null before, and for an image of no registry.'),
    imageId: z.string().nullable(),
    pull: ImagePull.nullable().describe('How far it is, while it is being pulled.'),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'ImageRequest' });

export type ImageRequestInput = z.output<typeof ImageRequestInput>;
export type ImageRequestState = z.output<typeof ImageRequestState>;
export type ImagePull = z.output<typeof ImagePull>;
export type ImageRequest = z.output<typeof ImageRequest>;
