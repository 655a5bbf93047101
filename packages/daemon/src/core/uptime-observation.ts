import type { UptimeState } from '@berth/spec/uptime';
import { type App, wantedRevision, type Release, sameRevision } from './app.ts';
import type { Instance } from './instance.ts';
import type { UptimeMark } from './uptime.ts';

/** How long ago the engine's own time of a change may lie at most: an older one comes from a clock that is not ours. */
const believedMs = 90_000;

/** What is known of an instance beside what the engine says of its container. */
export interface UptimeSight {
  readonly app: App;
  readonly restart: Release['spec']['restart'];
  /** Berth itself is ending it right now. */
  readonly expected: boolean;
  /** When the engine's events said that it was paused or went on; null when none did. */
  readonly freezeAt: number | null;
  /** Since when the engine is watched without a break. */
  readonly watchedSince: number;
  readonly now: number;
}

/** What was recorded of an instance last. */
export interface UptimeBefore {
  readonly state: UptimeState;
  /** Null when it is not known. */
  readonly startedAt: number | null;
}

/** What a new sight of an instance adds to its record: nothing, a change, or an end and a start between two sights. */
export function instanceMarks(
  before: UptimeBefore | undefined,
  instance: Instance,
  sight: UptimeSight,
): readonly UptimeMark[] {
  const state = instanceUptimeState(before, instance, sight);
  if (hasRestarted(before, instance, state)) {
    const ended: UptimeState = sight.expected ? 'stopped' : 'down';
    return [
      { at: believed(instance.finishedAt, sight), state: ended },
      { at: believed(instance.startedAt, sight), state },
    ];
  }
  return before?.state === state ? [] : [{ at: changeTime(before, instance, sight), state }];
}

function instanceUptimeState(before: UptimeBefore | undefined, instance: Instance, sight: UptimeSight): UptimeState {
  if (instance.state === 'running' || instance.state === 'paused') return instance.state;
  if (instance.state === 'created') return 'starting';
  return before !== undefined && ended.has(before.state) ? before.state : endState(instance, sight);
}

/** Planned is what the wish explains: a stop that was asked for, or the end of an instance that is wanted no more. */
function endState(instance: Instance, { app, restart, expected }: UptimeSight): UptimeState {
  const isCurrent = sameRevision(instance, wantedRevision(app)) || sameRevision(instance, app.serving);
  if (expected || isWishedAway(app) || !isCurrent) return 'stopped';
  return instance.exitCode === 0 && restart !== 'always' ? 'completed' : 'down';
}

/** Why it ended is said once, at its end: what is wished later does not change it. */
const ended: ReadonlySet<UptimeState> = new Set(['stopped', 'completed', 'down']);

function hasRestarted(before: UptimeBefore | undefined, instance: Instance, state: UptimeState): boolean {
  if (before?.state !== 'running' || state !== 'running' || before.startedAt === null) return false;
  return instance.startedAt !== before.startedAt;
}

function changeTime(before: UptimeBefore | undefined, instance: Instance, sight: UptimeSight): number {
  if (instance.state === 'paused') return believed(sight.freezeAt, sight);
  if (instance.state === 'running')
    return believed(before?.state === 'paused' ? sight.freezeAt : instance.startedAt, sight);
  return believed(instance.state === 'created' ? instance.createdAt : instance.finishedAt, sight);
}

/** The engine's time where it can be right, else the time of this sight. */
function believed(at: number | null, { watchedSince, now }: UptimeSight): number {
  const earliest = Math.max(watchedSince, now - believedMs);
  return at === null || at < earliest || at > now ? now : at;
}

/** An app runs while one of its instances does; else its wish and how its instances ended say which kind of not running it is. */
export function appUptimeState(
  app: App,
  instances: readonly UptimeState[],
  before: UptimeState | undefined,
): UptimeState {
  if (instances.includes('running')) return 'running';
  if (isWishedAway(app)) return 'stopped';
  if (app.desired === 'paused') return 'paused';
  if (instances.includes('down')) return 'down';
  if (app.target !== null) return 'starting';
  if (instances.includes('completed')) return 'completed';
  return before === undefined || before === 'starting' || asWished.has(before) ? 'starting' : 'down';
}

function isWishedAway({ removing, desired, replicas }: App): boolean {
  return removing !== null || desired === 'stopped' || replicas === 0;
}

const asWished: ReadonlySet<UptimeState> = new Set(['paused', 'stopped', 'completed']);
