import { z } from 'zod';
import { dialectPlace, isOnePlace, onePlace } from './dialect-place.ts';
import { SecretText } from './secret.ts';

/** The SRC Container API. */
export const SrcDialectSettings = z
  .strictObject({
    ...dialectPlace,
    open: z
      .boolean()
      .default(false)
      .describe(
        'True: whoever reaches it may do everything, as with the original, which has no authentication. Default: callers show a token of Berth’s as `Authorization: Bearer`.',
      ),
    token: SecretText.optional().describe('What callers show in place of a token of Berth’s; it may do everything.'),
  })
  .refine(isOnePlace, onePlace)
  .refine(({ open, token }) => !open || token === undefined, 'is either open or has a token')
  .optional();
