import { Quota } from '@berth/spec/quota';
import { z } from 'zod';
import { noQuota, type QuotaPolicy } from '../core/quota.ts';

const { apps, replicas, cpus, memoryBytes, domains } = Quota.shape;

/** What each user may have, where nothing else is said of the user. */
export const QuotaSettings = z.strictObject({
  apps: apps.default(noQuota.apps).describe('Apps of one user, also stopped ones. Default: any number.'),
  replicas: replicas
    .default(noQuota.replicas)
    .describe('Instances of a user’s apps that are not stopped. Default: any number.'),
  cpus: cpus.default(noQuota.cpus).describe('Processors that these may use. Default: any number.'),
  memoryBytes: memoryBytes.default(noQuota.memoryBytes).describe('Memory that these may use. Default: any.'),
  domains: domains
    .default(noQuota.domains)
    .describe('Domains of a user’s apps, beside their own hosts. Default: any number.'),
  appCpus: z
    .number()
    .min(0.01)
    .max(1024)
    .default(1)
    .describe('The limit of an app that names none, where its owner has a quota for processors.'),
  appMemoryBytes: z
    .int()
    .min(6 * 1024 ** 2)
    .max(2 ** 50)
    .default(512 * 1024 ** 2)
    .describe('The same for memory.'),
});

export function quotaPolicyOf({ appCpus, appMemoryBytes, ...perUser }: z.output<typeof QuotaSettings>): QuotaPolicy {
  return { perUser, appCpus, appMemoryBytes };
}
