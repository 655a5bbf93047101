import type { App, Release } from './app.ts';
import { type Instance, isAlive } from './instance.ts';

/** What says whether an app's life is over. Times are epoch milliseconds. */
export interface LifeSituation {
  readonly app: App;
  /** The one that serves. */
  readonly release: Release | undefined;
  readonly instances: readonly Instance[];
  readonly hasOperation: boolean;
  /** When visitors used it last; null when it is not known that any did. */
  readonly lastUse: number | null;
  /** Since when nothing of it is on the engine; null when that is not known. */
  readonly emptySince: number | null;
}

/** When an app ends by itself, by what is known now, and why: a sentence. */
export interface LifeEnd {
  readonly at: number;
  readonly reason: string;
}

/** The earliest of the app's ends; null when none is in sight. */
export function lifeEnd(situation: LifeSituation): LifeEnd | null {
  const { app } = situation;
  if (!isMortal(app) || app.removing !== null) return null;
  if ((app.life.atEnd ?? 'stop') === 'stop' && app.desired === 'stopped') return null;
  const ends = [...timedEnds(situation), ...deadEnd(situation)];
  return ends.toSorted((one, other) => one.at - other.at)[0] ?? null;
}

/** True for an app that may end by itself. */
function isMortal({ life: { lifetimeSeconds, idleSeconds, endedSeconds } }: App): boolean {
  return lifetimeSeconds !== undefined || idleSeconds !== undefined || endedSeconds !== undefined;
}

/** A first deploy has its own limit, which is how long it may take to answer. */
function timedEnds({ app, release, lastUse }: LifeSituation): LifeEnd[] {
  if (app.serving === null && app.target !== null) return [];
  const { lifetimeSeconds, idleSeconds } = app.life;
  const since = Math.max(app.desiredSince, release?.servingSince ?? 0);
  const lifetime =
    lifetimeSeconds === undefined
      ? []
      : [{ at: since + lifetimeSeconds * 1000, reason: `Its lifetime of ${lifetimeSeconds} s is over.` }];
  const idle =
    idleSeconds === undefined
      ? []
      : [{ at: Math.max(since, lastUse ?? 0) + idleSeconds * 1000, reason: `Nobody used it for ${idleSeconds} s.` }];
  return [...lifetime, ...idle];
}

function deadEnd(situation: LifeSituation): LifeEnd[] {
  const { endedSeconds } = situation.app.life;
  const at = endedSeconds === undefined ? null : endedAt(situation);
  return at === null || endedSeconds === undefined
    ? []
    : [{ at: at + endedSeconds * 1000, reason: `It ended more than ${endedSeconds} s ago.` }];
}

/**
 * When the last instance ended or was removed from the engine, or the deploy failed; null while anything runs, or is to be
 * started.
 */
export function endedAt(situation: LifeSituation): number | null {
  const { app, release, instances } = situation;
  if (!isSettled(situation) || app.desired === 'stopped') return null;
  if (app.serving === null) return app.desiredSince;
  // What is still being removed is told of once more when it is gone.
  if (isLost(situation)) return instances.length > 0 ? null : (situation.emptySince ?? app.desiredSince);
  if (release === undefined || instances.length === 0) return null;
  const ends = instances.map((instance) => endOf(instance, app, release));
  return ends.includes(null) ? null : Math.max(...ends.map(Number));
}

/** Somebody removed from the engine what is not to be started again: nothing is made in its place. */
export function isLost(situation: LifeSituation): boolean {
  const { app, release, instances } = situation;
  const isMeant = isSettled(situation) && app.life.endedSeconds !== undefined && app.serving !== null;
  const isGone = instances.every(({ state }) => state === 'removing' || state === 'dead');
  return isMeant && isGone && release?.spec.restart === 'never';
}

/** There should be instances, and none are being made. */
function isSettled({ app, hasOperation }: LifeSituation): boolean {
  return app.target === null && app.replicas > 0 && !hasOperation;
}

function endOf(instance: Instance, app: App, { spec }: Release): number | null {
  const { state, finishedAt, exitCode } = instance;
  if (isAlive(instance) || state === 'created' || finishedAt === null || finishedAt < app.desiredSince) return null;
  return spec.restart === 'never' || (exitCode === 0 && spec.restart === 'on-failure') ? finishedAt : null;
}
