import { type Revision, sameRevision, wantedRevision } from './app.ts';
import { type Instance, isAlive, isReady, isRouted } from './instance.ts';
import { planRevision, type RevisionPlan } from './plan-revision.ts';
import type { Situation } from './situation.ts';
import { type Plan, type Step, stepKey } from './step.ts';

/** Compares what is wished for with what is there. Pure: the same situation gives the same plan. */
export function plan(situation: Situation): Plan {
  const whole = decide(situation);
  return { ...whole, steps: whole.steps.filter((step) => !situation.busy.has(stepKey(step))) };
}

function decide(situation: Situation): Plan {
  const { app } = situation;
  if (app.removing !== null) return planRemoval(situation);
  if (app.desired === 'stopped') return planStopped(situation);
  if (app.desired === 'paused') return planPaused(situation);
  return planRunning(situation);
}

function planRemoval(situation: Situation): Plan {
  const steps = situation.instances.flatMap((instance) => retire(situation, instance));
  return { serve: [], steps: situation.instances.length === 0 ? [{ do: 'forget' }] : steps, wakeAt: null };
}

function planStopped(situation: Situation): Plan {
  const { app } = situation;
  const [kept, others] = split(
    situation.instances,
    (instance) => isOf(instance, app.serving) || isOf(instance, app.target),
  );
  const stops = kept.flatMap((instance) => halt(situation, instance));
  const steps = [...stops, ...others.flatMap((instance) => retire(situation, instance)), ...materialise(situation)];
  return { serve: [], steps, wakeAt: null };
}

/** A target of a stopped app is made but not started; it counts as taken over once every slot is there. */
function materialise(situation: Situation): Step[] {
  const { app } = situation;
  if (app.target === null) return [];
  const target = app.target;
  const release = situation.releases.get(target.release);
  if (release?.imageId === null) return [{ do: 'resolve', revision: target }];
  const slots = new Set(
    situation.instances.filter((instance) => isOf(instance, target)).map((instance) => instance.slot),
  );
  const missing = range(app.replicas).filter((slot) => !slots.has(slot));
  if (missing.length === 0) return [{ do: 'promote', revision: target }];
  return missing.map((slot) => ({ do: 'create', revision: target, slot }));
}

function planPaused(situation: Situation): Plan {
  const { app } = situation;
  const [kept, others] = split(situation.instances, (instance) => isOf(instance, wantedRevision(app)));
  const pauses = kept
    .filter((instance) => instance.state === 'running' && !isRouted(instance))
    .map((instance): Step => ({ do: 'pause', instance: instance.id }));
  return { serve: [], steps: [...pauses, ...others.flatMap((instance) => retire(situation, instance))], wakeAt: null };
}

function planRunning(situation: Situation): Plan {
  const { app } = situation;
  const target = app.target === null ? noRevision : planRevision(situation, app.target, true);
  const serving = app.serving === null ? noRevision : planServing(situation, app.serving, target);
  const others = situation.instances.filter((instance) => !isOf(instance, app.target) && !isOf(instance, app.serving));
  const serve = chooseServing(situation, target, serving);
  const kept = new Set(serve);
  const surplus = [...target.surplus, ...serving.surplus, ...others].filter((one) => !kept.has(one.id));
  const retired = surplus.flatMap((instance) => retire(situation, instance));
  const steps = [...target.steps, ...serving.steps, ...retired, ...takeOver(situation, target, serve)];
  return { serve, steps, wakeAt: earliest([target.wakeAt, serving.wakeAt]) };
}

const noRevision: RevisionPlan = {
  ready: [],
  surplus: [],
  complete: false,
  imageReady: false,
  steps: [],
  wakeAt: null,
};

/** While something takes its place by `recreate`, the serving revision is stopped, not healed. */
function planServing(situation: Situation, revision: Revision, target: RevisionPlan): RevisionPlan {
  if (situation.app.takeover === 'beside' || !target.imageReady) return planRevision(situation, revision, false);
  const instances = situation.instances.filter((instance) => isOf(instance, revision));
  return { ...noRevision, steps: instances.flatMap((one) => halt(situation, one)) };
}

/** Never gives up the last healthy instance while the wish is to run. */
function chooseServing(situation: Situation, target: RevisionPlan, serving: RevisionPlan): readonly string[] {
  if (target.complete) return target.ready;
  if (serving.ready.length > 0) return serving.ready;
  const recreating = situation.app.takeover === 'recreate' && target.imageReady;
  if (situation.app.replicas === 0 || recreating || wantedRevision(situation.app) === null) return [];
  return situation.instances.filter((one) => isReady(one) && !isOf(one, situation.app.target)).map((one) => one.id);
}

function takeOver(situation: Situation, target: RevisionPlan, serve: readonly string[]): Step[] {
  const { app } = situation;
  if (app.target === null || !target.complete) return [];
  const routed = situation.instances.filter(isRouted).map((instance) => instance.id);
  const swapped = routed.length === serve.length && serve.every((id) => routed.includes(id));
  return swapped || !servesPort(situation, app.target) ? [{ do: 'promote', revision: app.target }] : [];
}

function servesPort(situation: Situation, revision: Revision): boolean {
  return situation.releases.get(revision.release)?.servedPort !== null;
}

/** Out of the routes → drained → stopped, and kept. */
function halt(situation: Situation, instance: Instance): Step[] {
  if (!isAlive(instance)) return [];
  if (situation.app.urgent) return [{ do: 'kill', instance: instance.id }];
  if (isRouted(instance)) return [];
  if (instance.state === 'paused') return [{ do: 'unpause', instance: instance.id }];
  return [haltRunning(situation, instance)];
}

const defaultGrace = { drainSeconds: 30, stopGraceSeconds: 10 };

function haltRunning(situation: Situation, instance: Instance): Step {
  const { drainSeconds, stopGraceSeconds } = situation.releases.get(instance.release)?.spec ?? defaultGrace;
  if (instance.watch.drained) return { do: 'stop', instance: instance.id, graceSeconds: stopGraceSeconds };
  return { do: 'drain', instance: instance.id, graceMs: drainSeconds * 1000 };
}

/** Out of the routes → drained → stopped → removed. */
function retire(situation: Situation, instance: Instance): Step[] {
  if (isAlive(instance)) return halt(situation, instance);
  return instance.state === 'removing' || isRouted(instance) ? [] : [{ do: 'remove', instance: instance.id }];
}

function isOf(instance: Instance, revision: Revision | null): boolean {
  return sameRevision(instance, revision);
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function earliest(times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time): time is number => typeof time === 'number');
  return known.length === 0 ? null : Math.min(...known);
}
