import type { App as AppResource, AppStatus } from '@berth/spec/app';
import { renderInstant } from '@berth/spec/instant';
import type { Event as EventResource } from '@berth/spec/event';
import type { Instance as InstanceResource } from '@berth/spec/instance';
import type { Operation as OperationResource } from '@berth/spec/operation';
import type { Release as ReleaseResource } from '@berth/spec/release';
import type { App, Release } from '../core/app.ts';
import { appHost } from '../core/app-route.ts';
import { type AppCondition, appCondition } from '../core/app-state.ts';
import { releasesOf } from '../core/books.ts';
import type { Event } from '../core/event.ts';
import { type Instance, isRouted } from '../core/instance.ts';
import type { Operation } from '../core/operation.ts';
import type { Context } from './context.ts';

/** How records are shown to callers: the only place where a record becomes a resource of the API. */
export function viewApp(context: Context, app: App): AppResource {
  const release = shownRelease(context, app);
  const { state, reason, ready } = conditionOf(context, app);
  return {
    id: app.id,
    name: app.name,
    owner: app.owner,
    engine: app.engine,
    desired: app.desired,
    state,
    reason,
    replicas: app.replicas,
    ready,
    release: app.serving?.release ?? null,
    image: release.spec.image,
    url: appUrl(context, app),
    domains: [...app.domains],
    route: app.route,
    life: app.life,
    maintenance: app.maintenance,
    spec: release.spec,
    operation: context.ledger.books.operations.get(app.id)?.id ?? null,
    version: app.version,
    createdAt: renderInstant(app.createdAt),
    updatedAt: renderInstant(app.updatedAt),
  };
}

export function conditionOf(context: Context, app: App): AppCondition {
  return appCondition(app, context.fleet.instancesOf(app.id), context.fleet.engine(app.engine).connected);
}

export function viewStatus(context: Context, app: App): AppStatus {
  const { state, reason, ready } = conditionOf(context, app);
  const operation = context.ledger.books.operations.get(app.id);
  return {
    name: app.name,
    desired: app.desired,
    state,
    reason,
    replicas: app.replicas,
    ready,
    release: app.serving?.release ?? null,
    pendingRelease: app.target?.release ?? null,
    instances: viewInstances(context, app),
    operation: operation === undefined ? null : viewOperation(context, operation),
  };
}

export function viewInstances(context: Context, app: App): InstanceResource[] {
  const instances = [...context.fleet.instancesOf(app.id)];
  instances.sort(
    (one, other) => other.release - one.release || other.generation - one.generation || one.slot - other.slot,
  );
  return instances.map((instance) => viewInstance(context, app, instance));
}

function viewInstance(context: Context, app: App, instance: Instance): InstanceResource {
  const { watch } = instance;
  return {
    id: instance.id,
    app: app.name,
    release: instance.release,
    slot: instance.slot,
    engine: app.engine,
    state: instance.state,
    health: watch.health,
    serving: isRouted(instance),
    createdAt: renderInstant(instance.createdAt),
    startedAt: instantOrNull(instance.startedAt),
    finishedAt: instantOrNull(instance.finishedAt),
    exitCode: instance.exitCode,
    outOfMemory: instance.outOfMemory,
    published: [...instance.published],
    restarts: watch.restarts,
    nextStartAt: watch.notBefore > context.clock.now() ? renderInstant(watch.notBefore) : null,
  };
}

/** Under way, its progress comes from the board; once ended, from the record. */
export function viewOperation(context: Context, operation: Operation): OperationResource {
  const progress = operation.state === 'running' ? context.progress.find(operation.id) : undefined;
  return {
    id: operation.id,
    kind: operation.kind,
    app: operation.appName,
    owner: operation.owner,
    actor: operation.actor,
    release: operation.revision?.release ?? null,
    state: operation.state,
    phase: progress?.phase ?? operation.phase,
    progress: progress === undefined ? operation.progress : progress.part,
    detail: progress?.detail ?? operation.detail,
    problem: operation.problem,
    logTail: [...operation.logTail],
    createdAt: renderInstant(operation.createdAt),
    endedAt: instantOrNull(operation.endedAt),
  };
}

export function viewRelease(release: Release): ReleaseResource {
  const { number, state, spec, imageId, digest, reason, createdBy } = release;
  const times = { createdAt: renderInstant(release.createdAt), servingSince: instantOrNull(release.servingSince) };
  return { number, state, spec, imageId, digest, reason, createdBy, ...times };
}

export function viewEvent(event: Event): EventResource {
  return { ...event, at: renderInstant(event.at) };
}

/** The release that serves; before any does, the newest. */
function shownRelease(context: Context, app: App): Release {
  const releases = releasesOf(context.ledger.books, app.id);
  const release = releases.get(app.serving?.release ?? app.target?.release ?? app.lastRelease);
  if (release === undefined) throw new Error(`app ${app.name} has no release in memory`);
  return release;
}

/** False once it is known that the app has no port for its URL to reach. */
export function servesPort(context: Context, app: App): boolean {
  const { servedPort, imageId } = shownRelease(context, app);
  return servedPort !== null || imageId === null;
}

function appUrl(context: Context, app: App): string | null {
  if (!servesPort(context, app)) return null;
  const { scheme, port } = context.policy.publicUrl;
  const usual = (scheme === 'http' && port === 80) || (scheme === 'https' && port === 443);
  return `${scheme}://${appHost(app, context.policy.baseDomain)}${usual ? '' : `:${port}`}`;
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : renderInstant(ms);
}
