import { z } from 'zod';
import { Instant } from './instant.ts';
import { AppName } from './name.ts';

export const InstanceStats = z
  .strictObject({
    instance: z.string(),
    at: Instant,
    cpuPercent: z.number().describe('100 is one full core.'),
    memoryBytes: z.int().describe('Without the page cache, as `docker stats` counts it.'),
    memoryLimitBytes: z.int(),
    networkInBytes: z.int(),
    networkOutBytes: z.int(),
    blockReadBytes: z.int(),
    blockWriteBytes: z.int(),
    pids: z.int(),
  })
  .meta({ id: 'InstanceStats' });

const passed = 'Within the step.';

export const StatsPoint = z
  .strictObject({
    at: Instant.describe('When the step begins.'),
    cpuPercent: z.number().describe('The mean; 100 is one full core.'),
    memoryBytes: z.int().describe('The mean.'),
    networkInBytes: z.int().describe(passed),
    networkOutBytes: z.int().describe(passed),
    blockReadBytes: z.int().describe(passed),
    blockWriteBytes: z.int().describe(passed),
    pids: z.number().describe('The mean.'),
  })
  .meta({ id: 'StatsPoint' });

export const StatsHistory = z
  .strictObject({
    app: AppName,
    instance: z.string().nullable().describe('The instance that this is about; null for all of the app together.'),
    kept: z.boolean().describe('False where no history is kept: `stats.history` is off.'),
    since: Instant,
    until: Instant,
    stepSeconds: z.int(),
    points: z.array(StatsPoint).describe('In the order of time; steps of which nothing is known are left out.'),
    instances: z.array(z.string()).describe('The instances of which something is known, the one last measured last.'),
  })
  .meta({ id: 'StatsHistory' });

export const LogLine = z
  .strictObject({
    instance: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    at: z.string().nullable().describe('RFC 3339 with nanoseconds, when timestamps were asked for.'),
    line: z.string(),
  })
  .meta({ id: 'LogLine' });

export type InstanceStats = z.output<typeof InstanceStats>;
export type StatsPoint = z.output<typeof StatsPoint>;
export type StatsHistory = z.output<typeof StatsHistory>;
export type LogLine = z.output<typeof LogLine>;
