import { z } from 'zod';

const DiskUse = z
  .strictObject({
    count: z.int(),
    active: z.int().describe('Images and volumes that a container has, containers that run, cache that is being used.'),
    sizeBytes: z.int(),
    reclaimableBytes: z.int().describe('Of those that are not active.'),
  })
  .meta({ id: 'DiskUse' });

export const EngineDisk = z
  .strictObject({
    engine: z.string(),
    images: DiskUse.describe('Layers: what images share counts once.'),
    containers: DiskUse,
    volumes: DiskUse,
    buildCache: DiskUse,
  })
  .meta({ id: 'EngineDisk' });

export const ImagePrune = z
  .strictObject({
    engine: z.string(),
    dryRun: z.boolean(),
    images: z
      .array(z.strictObject({ id: z.string(), references: z.array(z.string()), sizeBytes: z.int() }))
      .describe('What was removed, or with `dryRun` would be.'),
    sizeBytes: z.int().describe('Of all of these; what they share with others, and stays, included.'),
  })
  .meta({ id: 'ImagePrune' });

export type EngineDisk = z.output<typeof EngineDisk>;
export type ImagePrune = z.output<typeof ImagePrune>;
