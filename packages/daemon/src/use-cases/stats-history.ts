import type { ContainerStats } from '../core/instance-stats.ts';
import { addPoints, pointBetween } from '../core/stats-point.ts';
import { fineMs, type StatsPoint, StatsSeries } from '../core/stats-series.ts';

interface AppHistory {
  readonly series: StatsSeries;
  /** By instance, the one that was met last stands last. */
  readonly instances: Map<string, StatsSeries>;
  /** The last sample of each that ran. */
  last: ReadonlyMap<string, ContainerStats>;
}

/** An app has no more series of single instances, so that its memory is bounded; those that are gone make room. */
export const mostInstances = 16;
/** Samples that are further apart do not tell what was used at the second one. */
const longestGapMs = 60_000;

/** What apps used in the last day, in memory: it outlives their containers, and not this process. */
export class StatsHistory {
  readonly #apps = new Map<string, AppHistory>();
  #isKept = false;

  /** False where nobody measures. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** From now on there is somebody who measures. */
  open(): void {
    this.#isKept = true;
  }

  /** Takes one sample of each of an app's instances that run, all of about the same time, the end of a step. */
  add(appId: string, at: number, samples: ReadonlyMap<string, ContainerStats>): void {
    const app = this.#apps.get(appId) ?? { series: new StatsSeries(), instances: new Map(), last: new Map() };
    this.#apps.set(appId, app);
    const points = listPoints(app.last, samples);
    app.last = samples;
    const begin = at - fineMs;
    if (points.size > 0) app.series.add(begin, addPoints([...points.values()]));
    for (const id of samples.keys()) {
      if (!app.instances.has(id)) makeRoom(app.instances, samples);
      if (app.instances.size < mostInstances && !app.instances.has(id)) app.instances.set(id, new StatsSeries());
      const point = points.get(id);
      if (point !== undefined) app.instances.get(id)?.add(begin, point);
    }
  }

  /** Of the app, or of one of its instances, whether that still runs or not. */
  find(appId: string, instance?: string): StatsSeries | undefined {
    const app = this.#apps.get(appId);
    return instance === undefined ? app?.series : app?.instances.get(instance);
  }

  /** Of which instances something is known. */
  instancesOf(appId: string): string[] {
    return [...(this.#apps.get(appId)?.instances.keys() ?? [])];
  }

  /** Forgets what is too old, and the apps that are no more. */
  prune(now: number, isThere: (appId: string) => boolean): void {
    for (const [appId, { series, instances, last }] of this.#apps) {
      series.prune(now);
      for (const [id, instance] of instances) {
        instance.prune(now);
        if (instance.isEmpty && !last.has(id)) instances.delete(id);
      }
      if (!isThere(appId)) this.#apps.delete(appId);
    }
  }
}

function listPoints(
  before: ReadonlyMap<string, ContainerStats>,
  samples: ReadonlyMap<string, ContainerStats>,
): Map<string, StatsPoint> {
  const points = new Map<string, StatsPoint>();
  for (const [id, sample] of samples) {
    const last = before.get(id);
    if (last === undefined || sample.atMs - last.atMs > longestGapMs) continue;
    const point = pointBetween(last, sample);
    if (point !== undefined) points.set(id, point);
  }
  return points;
}

/** The first of those that no longer run goes. */
function makeRoom(instances: Map<string, StatsSeries>, running: ReadonlyMap<string, unknown>): void {
  if (instances.size < mostInstances) return;
  const gone = [...instances.keys()].find((id) => !running.has(id));
  if (gone !== undefined) instances.delete(gone);
}
