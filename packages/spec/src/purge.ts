import { z } from 'zod';
import { UserName } from './name.ts';

/** Which apps are to go: those for which all that is said holds. */
export const PurgeRequest = z
  .strictObject({
    labels: z
      .array(z.string().min(1).max(4400))
      .max(32)
      .default([])
      .describe('`name`, or `name=value`: labels of the current release.'),
    idleSeconds: z
      .int()
      .min(0)
      .max(10 * 365 * 86_400)
      .optional()
      .describe('Without a request for so long; an open connection or WebSocket counts as use.'),
    owner: UserName.optional().describe('Of this user alone. Default: the caller; for administrators, everybody.'),
    volumes: z.enum(['keep', 'remove']).default('keep'),
  })
  .meta({ id: 'PurgeRequest' });

export type PurgeRequest = z.output<typeof PurgeRequest>;
