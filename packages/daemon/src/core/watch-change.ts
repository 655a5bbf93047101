import type { AppSpec } from '@berth/spec/app-spec';
import { backOffMs, ranWellMs } from './back-off.ts';
import { type Instance, isAlive, type Watch } from './instance.ts';

/** What has to be known to judge what was observed. */
export interface Sighting {
  /** True when Berth itself is stopping, killing or removing the instance. */
  readonly expected: boolean;
  readonly restart: AppSpec['restart'];
  /** True for an instance that was serving when this process first saw it. */
  readonly presumedHealthy: boolean;
  readonly now: number;
  readonly random: number;
}

/** How Berth's own knowledge of an instance changes with a new observation of it. */
export function nextWatch(before: Instance | undefined, observed: Instance, sighting: Sighting): Partial<Watch> {
  if (before === undefined) return firstWatch(observed, sighting);
  const startedAnew = observed.state === 'running' && observed.startedAt !== before.startedAt;
  if (startedAnew) return { health: 'starting', drained: false };
  if (hasEnded(before, observed))
    return { health: 'unknown', drained: false, ...(sighting.expected ? {} : ownEnd(before, observed, sighting)) };
  return {};
}

function firstWatch(observed: Instance, sighting: Sighting): Partial<Watch> {
  if (observed.state !== 'running') return {};
  return { health: sighting.presumedHealthy ? 'healthy' : 'starting' };
}

function hasEnded(before: Instance, observed: Instance): boolean {
  const over = observed.state === 'exited' || observed.state === 'dead';
  return over && (isAlive(before) || (observed.finishedAt ?? 0) > (before.finishedAt ?? 0));
}

/** An end with 0 is no failure where the spec does not ask for a restart after it. */
function ownEnd(before: Instance, observed: Instance, sighting: Sighting): Partial<Watch> {
  if (observed.exitCode === 0 && sighting.restart !== 'always') return { failures: 0 };
  return failed(before, observed, sighting);
}

/** One failure more, and the time of the next try; an instance that ran well before starts a new count. */
export function failed(
  before: Instance,
  observed: Instance,
  sighting: Pick<Sighting, 'now' | 'random'>,
): Partial<Watch> {
  const ranMs = (observed.finishedAt ?? sighting.now) - (observed.startedAt ?? sighting.now);
  const failures = ranMs >= ranWellMs ? 1 : before.watch.failures + 1;
  return { failures, notBefore: sighting.now + backOffMs(failures, sighting.random) };
}
