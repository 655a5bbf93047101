import { z } from 'zod';
import { Instant } from './instant.ts';

export const Image = z
  .strictObject({
    id: z.string(),
    engine: z.string(),
    references: z.array(z.string()),
    digests: z.array(z.string()),
    sizeBytes: z.int(),
    createdAt: Instant,
    usage: z
      .array(z.strictObject({ reference: z.string(), apps: z.int() }))
      .describe(
        'How many apps are there whose spec names it so, for each of its names; apps that use it by a name which means something else by now count under that name too.',
      ),
    apps: z.array(z.string()).describe('Apps whose releases use it, as far as the caller may see them.'),
  })
  .meta({ id: 'Image' });

export type Image = z.output<typeof Image>;
