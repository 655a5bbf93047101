import { z } from 'zod';
import { Instant } from './instant.ts';

/** One request that went to an app. */
export const PastRequest = z
  .strictObject({ at: Instant, path: z.string().describe('As the app got it, without the query.') })
  .meta({ id: 'PastRequest' });

export type PastRequest = z.output<typeof PastRequest>;
