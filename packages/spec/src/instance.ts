import { z } from 'zod';
import { Instant } from './instant.ts';

export const InstanceState = z
  .enum(['created', 'running', 'paused', 'restarting', 'exited', 'dead', 'removing'])
  .meta({ id: 'InstanceState', description: 'The engine’s word for the container.' });

export const InstanceHealth = z
  .enum(['unknown', 'starting', 'healthy', 'unhealthy'])
  .meta({ id: 'InstanceHealth', description: 'What Berth’s own probes from outside say.' });

export const PublishedPort = z
  .strictObject({
    containerPort: z.int(),
    protocol: z.enum(['tcp', 'udp']),
    hostAddress: z.string(),
    hostPort: z.int(),
  })
  .meta({ id: 'PublishedPort', description: 'Where a port is reached on the engine’s host.' });

export const Instance = z
  .strictObject({
    id: z.string().describe('The engine’s id of the container.'),
    app: z.string(),
    release: z.int(),
    slot: z.int().describe('0 … replicas - 1 within one release.'),
    engine: z.string(),
    state: InstanceState,
    health: InstanceHealth,
    serving: z.boolean().describe('True while the edge sends new requests to it.'),
    createdAt: Instant,
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable(),
    exitCode: z.int().nullable(),
    outOfMemory: z.boolean(),
    published: z.array(PublishedPort).describe('Ports on the engine’s host; none while it does not run.'),
    restarts: z.int().describe('How often Berth started it again after it ended by itself.'),
    nextStartAt: Instant.nullable().describe('When a crash-looping instance is tried again.'),
  })
  .meta({ id: 'Instance' });

export type InstanceState = z.output<typeof InstanceState>;
export type InstanceHealth = z.output<typeof InstanceHealth>;
export type PublishedPort = z.output<typeof PublishedPort>;
export type Instance = z.output<typeof Instance>;
