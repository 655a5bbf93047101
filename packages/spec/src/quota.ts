import { z } from 'zod';

const count = z.int().min(0).max(1_000_000_000);

/** What a user's apps may come to. What is stopped has no replicas, processors or memory. */
const limits = {
  apps: count.describe('Apps, also stopped ones.'),
  replicas: count.describe('Instances wished for, of apps that are not stopped.'),
  cpus: z.number().min(0).max(1_000_000).describe('Processors that these may use.'),
  memoryBytes: z
    .int()
    .min(0)
    .max(2 ** 53 - 1)
    .describe('Memory that these may use, in bytes.'),
  domains: count.describe('Domains beside the apps’ own hosts.'),
} as const;

/** What is not said has no limit; null says so. */
export const Quota = z
  .strictObject({
    apps: limits.apps.nullable(),
    replicas: limits.replicas.nullable(),
    cpus: limits.cpus.nullable(),
    memoryBytes: limits.memoryBytes.nullable(),
    domains: limits.domains.nullable(),
  })
  .meta({ id: 'Quota', description: 'The most that a user’s apps may come to; null for any number.' });

export const QuotaRequest = z
  .strictObject({
    apps: limits.apps.nullable().optional(),
    replicas: limits.replicas.nullable().optional(),
    cpus: limits.cpus.nullable().optional(),
    memoryBytes: limits.memoryBytes.nullable().optional(),
    domains: limits.domains.nullable().optional(),
  })
  .meta({ id: 'QuotaRequest', description: 'A user’s own limits. Absent: as the settings say; null: none.' });

export const QuotaUse = z.strictObject(limits).meta({ id: 'QuotaUse', description: 'What a user’s apps come to.' });

export type Quota = z.output<typeof Quota>;
export type QuotaRequest = z.output<typeof QuotaRequest>;
export type QuotaUse = z.output<typeof QuotaUse>;
