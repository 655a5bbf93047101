import { z } from 'zod';
import { Instant } from './instant.ts';
import { ProblemDocument } from './problem-document.ts';

export const OperationKind = z
  .enum([
    'deploy',
    'rollback',
    'restart',
    'reset',
    'scale',
    'start',
    'stop',
    'kill',
    'pause',
    'unpause',
    'domains',
    'route',
    'maintenance',
    'life',
    'remove',
  ])
  .meta({ id: 'OperationKind' });

export const OperationState = z.enum(['running', 'succeeded', 'failed', 'superseded']).meta({ id: 'OperationState' });

export const OperationPhase = z
  .enum([
    'accepted',
    'pulling',
    'creating',
    'starting',
    'probing',
    'routing',
    'draining',
    'stopping',
    'removing',
    'done',
  ])
  .meta({ id: 'OperationPhase' });

export const Operation = z
  .strictObject({
    id: z.string(),
    kind: OperationKind,
    app: z.string(),
    owner: z.string(),
    actor: z.string().describe('The user whose token asked for it.'),
    release: z.int().nullable(),
    state: OperationState,
    phase: OperationPhase,
    progress: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('Part of the phase that is done, where it is known (pulls).'),
    detail: z.string(),
    problem: ProblemDocument.nullable().describe('Why it failed; null unless it did.'),
    logTail: z.array(z.string()).describe('The last lines that a failed instance wrote.'),
    createdAt: Instant,
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'Operation' });

export type OperationKind = z.output<typeof OperationKind>;
export type OperationState = z.output<typeof OperationState>;
export type OperationPhase = z.output<typeof OperationPhase>;
export type Operation = z.output<typeof Operation>;
