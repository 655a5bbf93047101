import { z } from 'zod';
import { Redirect } from './app-route.ts';

export const Route = z
  .strictObject({
    host: z.string().describe('`*` for hosts that lead nowhere else.'),
    pathPrefix: z.string(),
    stripPrefix: z.boolean(),
    app: z.string(),
    redirect: Redirect.optional(),
    targets: z.int().describe('Instances that take traffic through it.'),
  })
  .meta({ id: 'Route' });

export type Route = z.output<typeof Route>;
