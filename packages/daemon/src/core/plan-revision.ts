import { type Release, type Revision, sameRevision } from './app.ts';
import { crashLoopFailures } from './back-off.ts';
import { type Instance, isReady, isRouted } from './instance.ts';
import type { Situation } from './situation.ts';
import type { Step } from './step.ts';

/** What bringing one revision to strength, and keeping it there, asks for. */
export interface RevisionPlan {
  /** Ids of the instances that can take traffic, without surplus ones. */
  readonly ready: readonly string[];
  /** Instances beyond the wished number. */
  readonly surplus: readonly Instance[];
  /** Every slot is ready, or has done its work and ended with 0. */
  readonly complete: boolean;
  readonly imageReady: boolean;
  readonly steps: readonly Step[];
  readonly wakeAt: number | null;
}

/** `pending`: the revision has not taken traffic yet, so that failing means giving it up. */
export function planRevision(situation: Situation, revision: Revision, pending: boolean): RevisionPlan {
  const release = situation.releases.get(revision.release);
  if (release === undefined)
    return { ready: [], surplus: [], complete: false, imageReady: false, steps: [], wakeAt: null };
  const { kept, surplus } = bySlot(situation, revision);
  const views = kept.map((instance) => look({ ...situation, release, pending }, instance));
  const failed = pending ? views.find((view) => view.failed !== null) : undefined;
  const steps =
    failed === undefined
      ? [...fill({ ...situation, release, pending }, revision, kept), ...views.flatMap((view) => view.steps)]
      : [{ do: 'abandon', revision, reason: failed.failed ?? '', instance: failed.instance.id } as const];
  return {
    ready: kept.filter(isReady).map((instance) => instance.id),
    surplus,
    complete: release.imageId !== null && kept.length === situation.app.replicas && views.every((view) => view.done),
    imageReady: release.imageId !== null,
    steps,
    wakeAt: views.reduce<number | null>((soonest, view) => sooner(soonest, view.wakeAt), null),
  };
}

/** The best instance of each slot below the wished number is kept; when two hold one slot, the readier stays. */
function bySlot(situation: Situation, revision: Revision): { kept: Instance[]; surplus: Instance[] } {
  const own = situation.instances.filter((instance) => sameRevision(instance, revision));
  const best = new Map<number, Instance>();
  for (const instance of own.filter((one) => one.slot < situation.app.replicas && isUsable(one))) {
    const rival = best.get(instance.slot);
    if (rival === undefined || rank(instance) > rank(rival)) best.set(instance.slot, instance);
  }
  return { kept: [...best.values()], surplus: own.filter((instance) => best.get(instance.slot) !== instance) };
}

function isUsable(instance: Instance): boolean {
  return instance.state !== 'removing' && instance.state !== 'dead';
}

function rank(instance: Instance): number {
  return isReady(instance) ? 2 : instance.state === 'running' ? 1 : 0;
}

interface Case extends Situation {
  readonly release: Release;
  /** The revision has not taken traffic yet. */
  readonly pending: boolean;
}

function fill(situation: Case, revision: Revision, kept: readonly Instance[]): Step[] {
  const taken = new Set(kept.map((instance) => instance.slot));
  const missing = Array.from({ length: situation.app.replicas }, (_, slot) => slot).filter((slot) => !taken.has(slot));
  if (situation.release.imageId === null) return [{ do: 'resolve', revision }];
  if (missing.length === 0 || mustWaitForOld(situation, revision)) return [];
  return missing.map((slot) => ({ do: 'create', revision, slot }));
}

function mustWaitForOld(situation: Situation, revision: Revision): boolean {
  if (situation.app.takeover === 'beside' || !sameRevision(situation.app.target, revision)) return false;
  return situation.instances.some(
    (one) => !sameRevision(one, revision) && ['running', 'paused', 'restarting'].includes(one.state),
  );
}

interface View {
  readonly instance: Instance;
  readonly steps: readonly Step[];
  readonly done: boolean;
  readonly failed: string | null;
  readonly wakeAt: number | null;
}

function look(situation: Case, instance: Instance): View {
  const view = { instance, steps: [], done: false, failed: null, wakeAt: null };
  if (instance.state === 'created') return { ...view, ...lookAtCreated(situation, instance) };
  if (instance.state === 'paused') return { ...view, steps: [{ do: 'unpause', instance: instance.id }] };
  if (instance.state === 'exited') return { ...view, ...lookAtEnded(situation, instance) };
  if (isReady(instance)) return { ...view, done: true };
  return { ...view, ...(situation.pending ? lookAtStarting(situation, instance) : lookAtUnready(situation, instance)) };
}

/** A created one whose start the engine refused has the engine's reason. */
function lookAtCreated(situation: Case, instance: Instance): Partial<View> {
  const refused = instance.watch.failures >= crashLoopFailures && instance.error !== '';
  return startLater(situation, instance, refused ? `could not be started: ${instance.error}` : null);
}

function lookAtEnded(situation: Case, instance: Instance): Partial<View> {
  const { restart } = situation.release.spec;
  const wishedSince = instance.finishedAt !== null && instance.finishedAt < situation.app.desiredSince;
  if (wishedSince) return { steps: [{ do: 'start', instance: instance.id }] };
  if (instance.exitCode === 0 && restart !== 'always') return { done: true };
  if (restart === 'never') return { failed: endReason(situation, instance) };
  return startLater(
    situation,
    instance,
    instance.watch.failures >= crashLoopFailures ? endReason(situation, instance) : null,
  );
}

function endReason({ pending }: Case, { exitCode, outOfMemory }: Instance): string {
  return `ended${pending ? ' before it could take traffic' : ''}, exit code ${exitCode ?? 'unknown'}${outOfMemory ? ', out of memory' : ''}`;
}

function startLater(situation: Situation, instance: Instance, failed: string | null): Partial<View> {
  const { notBefore } = instance.watch;
  if (notBefore > situation.now) return { failed, wakeAt: notBefore };
  return { failed, steps: [{ do: 'start', instance: instance.id }] };
}

function lookAtStarting(situation: Case, instance: Instance): Partial<View> {
  const { release } = situation;
  const { startTimeoutSeconds } = release.spec.health;
  const deadline =
    Math.max(instance.startedAt ?? situation.now, situation.app.desiredSince) + startTimeoutSeconds * 1000;
  if (instance.state !== 'running' || situation.now < deadline) return { wakeAt: deadline };
  return {
    failed: `did not answer${release.servedPort === null ? '' : ` on port ${release.servedPort}`} within ${startTimeoutSeconds} s`,
  };
}

/** Unhealthy: out of the routes, then stopped; being ended, it is started again with back-off. */
function lookAtUnready(situation: Case, instance: Instance): Partial<View> {
  const { release } = situation;
  const hopeless = instance.watch.health === 'unhealthy' && release.spec.restart !== 'never';
  if (!hopeless || isRouted(instance)) return {};
  if (instance.watch.notBefore > situation.now) return { wakeAt: instance.watch.notBefore };
  return { steps: [{ do: 'stop', instance: instance.id, graceSeconds: release.spec.stopGraceSeconds }] };
}

function sooner(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
