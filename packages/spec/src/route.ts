import { z } from 'zod';

export const Route = z
  .strictObject({
    host: z.string(),
    pathPrefix: z.string(),
    stripPrefix: z.boolean(),
    app: z.string(),
    targets: z.int().describe('Instances that take traffic through it.'),
  })
  .meta({ id: 'Route' });

export type Route = z.output<typeof Route>;
