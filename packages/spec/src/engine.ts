import { z } from 'zod';
import { Instant } from './instant.ts';
import { ShortName } from './name.ts';

export const Engine = z
  .strictObject({
    name: ShortName,
    state: z.enum(['connected', 'unreachable']),
    reason: z.string().nullable(),
    mode: z.enum(['solo', 'swarm']),
    version: z.string().nullable(),
    apiVersion: z.string().nullable().describe('The negotiated version of the engine’s API.'),
    operatingSystem: z.string().nullable(),
    architecture: z.string().nullable(),
    cpus: z.int().nullable(),
    memoryBytes: z.int().nullable(),
    instances: z.int().describe('Berth’s own containers on it.'),
    observedAt: Instant.nullable().describe('When the picture of it was last known to be whole.'),
    isDefault: z.boolean(),
  })
  .meta({ id: 'Engine' });

export type Engine = z.output<typeof Engine>;
