import { z } from 'zod';
import { Instant } from './instant.ts';

export const EventKind = z
  .enum([
    'app.created',
    'app.state',
    'app.expired',
    'app.evicted',
    'app.removed',
    'release.serving',
    'release.failed',
    'instance.ended',
    'instance.unhealthy',
    'instance.healthy',
    'operation.accepted',
    'operation.succeeded',
    'operation.failed',
    'operation.superseded',
    'certificate.added',
    'certificate.issued',
    'certificate.failed',
    'certificate.expiring',
    'certificate.expired',
    'certificate.removed',
    'image.requested',
    'image.approved',
    'image.rejected',
    'image.pulling',
    'image.ready',
    'image.failed',
    'image.removed',
    'engine.connected',
    'engine.lost',
  ])
  .meta({ id: 'EventKind' });

export const Event = z
  .strictObject({
    id: z.int().describe('Rises by at least one; `Last-Event-ID` and `?after=` resume behind it.'),
    at: Instant,
    kind: EventKind,
    app: z.string().nullable(),
    owner: z.string().nullable().describe('Null for events about no app: administrators see those.'),
    operation: z.string().nullable(),
    detail: z.string(),
  })
  .meta({ id: 'Event' });

export type EventKind = z.output<typeof EventKind>;
export type Event = z.output<typeof Event>;
