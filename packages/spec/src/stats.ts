import { z } from 'zod';
import { Instant } from './instant.ts';

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

export const LogLine = z
  .strictObject({
    instance: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    at: z.string().nullable().describe('RFC 3339 with nanoseconds, when timestamps were asked for.'),
    line: z.string(),
  })
  .meta({ id: 'LogLine' });

export type InstanceStats = z.output<typeof InstanceStats>;
export type LogLine = z.output<typeof LogLine>;
