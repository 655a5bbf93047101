import { UserName } from '@berth/spec/name';
import { z } from 'zod';
import { dialectPlace, isOnePlace, onePlace } from './dialect-place.ts';
import { SecretText } from './secret.ts';

/** The Hosted Docker API. */
export const HostedDialectSettings = z
  .strictObject({
    ...dialectPlace,
    secret: SecretText.optional().describe('What callers show as `secret`. Default: DEPLOY_KEY.'),
    listNeedsSecret: z
      .boolean()
      .default(false)
      .describe('The list of apps needs the secret too, as `Authorization: Bearer` or in the query.'),
    owner: UserName.default('hosted').describe('Whose the apps are that it makes. The user is made when it is needed.'),
    apps: z
      .enum(['all', 'own'])
      .default('all')
      .describe('Which apps it shows and changes: all, whoever made them, or those of its owner.'),
  })
  .refine(isOnePlace, onePlace)
  .optional();
