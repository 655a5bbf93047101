import { z } from 'zod';
import { AppSpec } from './app-spec.ts';
import { Instant } from './instant.ts';

export const ReleaseState = z.enum(['pending', 'serving', 'superseded', 'failed']).meta({
  id: 'ReleaseState',
  description: 'pending: not yet taken traffic. superseded: served once, may be rolled back to.',
});

export const Release = z
  .strictObject({
    number: z.int().describe('1 for an app’s first release, then one more each.'),
    state: ReleaseState,
    spec: AppSpec,
    imageId: z.string().nullable().describe('The engine’s content id of the image, once resolved.'),
    digest: z.string().nullable().describe('`repository@sha256:…`, for images that came from a registry.'),
    reason: z.string().nullable().describe('Why it failed.'),
    createdBy: z.string(),
    createdAt: Instant,
    servingSince: Instant.nullable(),
  })
  .meta({ id: 'Release' });

export type ReleaseState = z.output<typeof ReleaseState>;
export type Release = z.output<typeof Release>;
