import { z } from 'zod';

/** Ten years: beyond, nobody means a limit. */
const maxSeconds = 10 * 365 * 86_400;

/** When an app ends by itself; what is not said never ends it. */
export const AppLife = z
  .strictObject({
    lifetimeSeconds: z
      .int()
      .min(1)
      .max(maxSeconds)
      .optional()
      .describe('Since it was last started or deployed, whether it is used or not.'),
    idleSeconds: z
      .int()
      .min(1)
      .max(maxSeconds)
      .optional()
      .describe('Without a request; an open connection or WebSocket counts as use.'),
    endedSeconds: z
      .int()
      .min(0)
      .max(maxSeconds)
      .optional()
      .describe(
        'Since every instance ended and none is to be started again, or the deploy failed. Instances that somebody removed from the engine count as ended at once.',
      ),
    atEnd: z.enum(['stop', 'remove']).optional().describe('Default: stop.'),
    volumes: z
      .enum(['keep', 'remove'])
      .optional()
      .describe('Whether the volumes go with an app that is removed. Default: keep.'),
  })
  .meta({ id: 'AppLife' });

export type AppLife = z.output<typeof AppLife>;
