import { z } from 'zod';
import { AppLife } from './app-life.ts';
import { AppRoute, DomainRoute, MaintenanceMessage } from './app-route.ts';
import { AppSpec, Replicas } from './app-spec.ts';
import { Instance } from './instance.ts';
import { Instant } from './instant.ts';
import { AppName, ShortName, UserName } from './name.ts';
import { Operation } from './operation.ts';

export const DesiredState = z.enum(['running', 'paused', 'stopped']).meta({ id: 'DesiredState' });

export const AppState = z
  .enum([
    'deploying',
    'running',
    'degraded',
    'crash-looping',
    'completed',
    'paused',
    'stopped',
    'stopping',
    'failed',
    'removing',
    'unknown',
  ])
  .meta({
    id: 'AppState',
    description:
      'running: every replica takes traffic. degraded: some do. completed: all ended with 0 and are not to be restarted. failed: nothing serves and nothing is being tried. unknown: the engine does not answer.',
  });

export const App = z
  .strictObject({
    id: z.string(),
    name: AppName,
    owner: UserName,
    engine: ShortName,
    desired: DesiredState,
    state: AppState,
    reason: z.string().nullable().describe('Why the state is not the desired one.'),
    replicas: Replicas,
    ready: z.int().describe('Instances that take traffic.'),
    release: z.int().nullable().describe('The release that serves, or null when none does.'),
    image: z.string(),
    url: z.string().nullable().describe('Null when the app serves no port.'),
    domains: z.array(DomainRoute),
    route: AppRoute,
    life: AppLife,
    maintenance: MaintenanceMessage.nullable().describe(
      'What visitors read in place of the app; null when it is open.',
    ),
    spec: AppSpec,
    operation: z.string().nullable().describe('The operation under way.'),
    version: z.int().describe('Counts changes of the wish; the ETag of the app.'),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'App' });

export const AppStatus = z
  .strictObject({
    name: AppName,
    desired: DesiredState,
    state: AppState,
    reason: z.string().nullable(),
    replicas: Replicas,
    ready: z.int(),
    release: z.int().nullable(),
    pendingRelease: z.int().nullable(),
    instances: z.array(Instance),
    operation: Operation.nullable(),
  })
  .meta({ id: 'AppStatus' });

export type DesiredState = z.output<typeof DesiredState>;
export type AppState = z.output<typeof AppState>;
export type App = z.output<typeof App>;
export type AppStatus = z.output<typeof AppStatus>;
