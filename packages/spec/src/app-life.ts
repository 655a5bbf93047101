import { z } from 'zod';
import { ShortName } from './name.ts';

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
    wake: z
      .boolean()
      .optional()
      .describe('A request starts it again after it was stopped by itself: at its end, or to make room in its budget.'),
    budget: ShortName.optional().describe(
      'The memory budget that it takes part in: one of the settings’ `budgets`. Over it, the least recently used are stopped.',
    ),
    atEnd: z.enum(['stop', 'remove']).optional().describe('Default: stop.'),
    volumes: z
      .enum(['keep', 'remove'])
      .optional()
      .describe('Whether the volumes go with an app that is removed. Default: keep.'),
  })
  .meta({ id: 'AppLife' });

export type AppLife = z.output<typeof AppLife>;
