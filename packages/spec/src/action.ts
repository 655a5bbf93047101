import { z } from 'zod';
import { MaintenanceMessage } from './app-route.ts';
import { Replicas } from './app-spec.ts';
import { AppName } from './name.ts';
import { Operation } from './operation.ts';
import { ProblemDocument } from './problem-document.ts';

/** The verbs that act on an app as it is: each is one operation. */
export const ActionVerb = z
  .enum(['start', 'stop', 'pause', 'unpause', 'restart', 'kill', 'reset', 'scale', 'rollback', 'maintenance'])
  .meta({ id: 'ActionVerb' });

export const ScaleRequest = z.strictObject({ replicas: Replicas }).meta({ id: 'ScaleRequest' });

export const RollbackRequest = z
  .strictObject({ release: z.int().min(1).optional().describe('Default: the release that served before this one.') })
  .meta({ id: 'RollbackRequest' });

export const MaintenanceRequest = z
  .strictObject({ message: MaintenanceMessage.nullable().describe('null lets visitors in again.') })
  .meta({ id: 'MaintenanceRequest' });

const started = z
  .boolean()
  .optional()
  .describe('Whether the new instances are started. Default: not if the app is stopped.');

export const ResetRequest = z.strictObject({ started }).meta({ id: 'ResetRequest' });

export const BatchRequest = z
  .strictObject({
    apps: z.array(AppName).min(1).max(500),
    replicas: Replicas.optional().describe('Of `scale`, which needs it.'),
    release: z.int().min(1).optional().describe('Of `rollback`: the same release of each.'),
    message: MaintenanceMessage.nullable().optional().describe('Of `maintenance`, which needs it.'),
    started: started.describe('Of `reset`: whether the new instances are started.'),
  })
  .meta({ id: 'BatchRequest' });

/** What became of one app of a batch: its operation, or the problem that kept it from being accepted. */
export const BatchResult = z
  .strictObject({ app: AppName, operation: Operation.nullable(), problem: ProblemDocument.nullable() })
  .meta({ id: 'BatchResult' });

export const BatchAnswer = z
  .strictObject({ results: z.array(BatchResult).describe('In the order of `apps`.') })
  .meta({ id: 'BatchAnswer' });

export type ActionVerb = z.output<typeof ActionVerb>;
export type BatchRequest = z.output<typeof BatchRequest>;
export type BatchResult = z.output<typeof BatchResult>;
