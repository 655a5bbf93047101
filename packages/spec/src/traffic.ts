import { z } from 'zod';
import { Instant } from './instant.ts';

const Count = z.int().min(0);

/** What visitors did with an app since its edge process started. */
export const Traffic = z
  .strictObject({
    since: Instant.describe('When the edge process started: counters begin anew with it.'),
    requests: Count,
    answers: z
      .strictObject({ '1xx': Count, '2xx': Count, '3xx': Count, '4xx': Count, '5xx': Count })
      .describe('By class of status; the edge’s own answers count too.'),
    receivedBytes: Count.describe('Bodies of requests.'),
    sentBytes: Count.describe('Bodies of answers.'),
    inFlight: Count,
    openSockets: Count.describe('WebSockets.'),
    lastActivity: Instant.nullable().describe('Pings of WebSockets are no activity.'),
    durations: z
      .array(z.strictObject({ upToSeconds: z.number().nullable(), requests: Count }))
      .describe('How long requests took: not cumulated; null stands for all that is above the other bounds.'),
  })
  .meta({ id: 'Traffic' });

export type Traffic = z.output<typeof Traffic>;
