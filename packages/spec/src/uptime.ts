import { z } from 'zod';
import { Instant } from './instant.ts';
import { AppName, UserName } from './name.ts';

export const UptimeState = z.enum(['running', 'starting', 'down', 'paused', 'stopped', 'completed', 'unknown']).meta({
  id: 'UptimeState',
  description:
    'running: an instance runs. Not running, and not as wished: starting (none has run yet since that was asked for), down (it ended by itself, or was taken away). Not running, as wished: paused, stopped, completed (ended with 0 and not to be restarted). unknown: Berth was not running, or the engine did not answer.',
});

const Seconds = z.number().min(0).describe('Seconds, to the millisecond.');

export const UptimeSeconds = z
  .strictObject({ running: Seconds, notRunning: Seconds, unknown: Seconds })
  .meta({ id: 'UptimeSeconds', description: 'Together the whole time.' });

const UptimeStateSeconds = z
  .strictObject({
    running: Seconds,
    starting: Seconds,
    down: Seconds,
    paused: Seconds,
    stopped: Seconds,
    completed: Seconds,
    unknown: Seconds,
  } satisfies Record<z.output<typeof UptimeState>, z.ZodType>)
  .meta({ id: 'UptimeStateSeconds', description: 'In each state; together the whole time.' });

const summary = {
  since: Instant,
  until: Instant,
  availability: z
    .number()
    .nullable()
    .describe('Per cent of the known time in which it ran, rounded down to 4 digits; null when nothing is known.'),
  seconds: UptimeSeconds,
};

export const UptimeInterval = z
  .strictObject({ since: Instant, until: Instant, state: UptimeState })
  .meta({ id: 'UptimeInterval' });

export const UptimeBucket = z.strictObject(summary).meta({ id: 'UptimeBucket' });

export const InstanceUptime = z
  .strictObject({
    instance: z.string().describe('The engine’s id of the container.'),
    release: z.int(),
    slot: z.int(),
    ...summary,
    endedAt: Instant.nullable().describe('When it was removed; null while it is there.'),
  })
  .meta({ id: 'InstanceUptime' });

export const Uptime = z
  .strictObject({
    app: AppName,
    id: z.string().describe('The app’s id: a later app of the same name has a record of its own.'),
    instance: z.string().nullable().describe('The instance that this is about; null for the app as a whole.'),
    ...summary,
    states: UptimeStateSeconds,
    intervals: z
      .array(UptimeInterval)
      .nullable()
      .describe('One behind the other, without a gap; null where buckets were asked for.'),
    buckets: z.array(UptimeBucket).nullable().describe('One for each `step`; null unless one was given.'),
    instances: z.array(InstanceUptime).nullable().describe('Newest first; null unless asked for.'),
    next: Instant.nullable().describe('Where the intervals behind the last one begin: give it as `since` to read on.'),
  })
  .meta({ id: 'Uptime' });

export const UptimeRecord = z
  .strictObject({
    id: z.string().describe('The app’s id.'),
    app: AppName,
    owner: UserName,
    engine: z.string(),
    since: Instant,
    removedAt: Instant.nullable().describe('When the app was removed; null while it is there.'),
  })
  .meta({ id: 'UptimeRecord' });

export const UptimeImport = z
  .strictObject({
    marks: z
      .array(z.strictObject({ at: Instant, state: UptimeState }))
      .min(1)
      .max(10_000)
      .describe('In the order of time. From each on the app was in that state, until the next.'),
  })
  .meta({ id: 'UptimeImport' });

export const UptimeImported = z
  .strictObject({
    app: AppName,
    since: Instant.describe('When the record begins now.'),
    added: z.int().describe('How many of the marks lay before what was known, and were added.'),
  })
  .meta({ id: 'UptimeImported' });

export type UptimeImported = z.output<typeof UptimeImported>;
export type UptimeState = z.output<typeof UptimeState>;
export type UptimeSeconds = z.output<typeof UptimeSeconds>;
export type UptimeInterval = z.output<typeof UptimeInterval>;
export type UptimeBucket = z.output<typeof UptimeBucket>;
export type InstanceUptime = z.output<typeof InstanceUptime>;
export type Uptime = z.output<typeof Uptime>;
export type UptimeRecord = z.output<typeof UptimeRecord>;
