import { renderInstant } from '@berth/spec/instant';
import { fieldProblem, Problem } from '@berth/spec/problem';
import type { StatsHistory as StatsHistoryResource } from '@berth/spec/stats';
import { coarseKeptMs, coarseMs, fineKeptMs, fineMs, type TimedStatsPoint } from '../core/stats-series.ts';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';

/** What is asked of an app's history. Times are epoch milliseconds. */
export interface StatsQuestion {
  readonly name: string;
  readonly since: number;
  readonly until: number;
  /** Default: the finest that is kept of that time. */
  readonly stepMs?: number | undefined;
  /** Of this instance alone: its id, or enough of it. */
  readonly instance?: string | undefined;
}

const shortestId = 8;

/** What an app used, over all its instances and releases, or one of its instances. */
export function readStatsHistory(context: Context, actor: Actor, question: StatsQuestion): StatsHistoryResource {
  const app = getApp(context.ledger.books, actor, { name: question.name, scope: 'read' });
  const { statsHistory } = context;
  const instance = question.instance === undefined ? undefined : getKnown(context, app.id, question.instance);
  const { since, until, stepMs } = windowOf(question, context.clock.now());
  const points = statsHistory.find(app.id, instance)?.read({ since, until, stepMs }) ?? [];
  return {
    app: app.name,
    instance: instance ?? null,
    kept: statsHistory.isKept,
    since: renderInstant(since),
    until: renderInstant(until),
    stepSeconds: stepMs / 1000,
    points: points.map(viewPoint),
    instances: statsHistory.instancesOf(app.id),
  };
}

/** Nothing is said of the time before what is kept, and after now. */
function windowOf({ since, until, stepMs: wish }: StatsQuestion, now: number) {
  if (since > until) throw fieldProblem('since', 'must not be later than until');
  // Who asks for the last hour has begun it some moments ago.
  const stepMs = wish ?? (since >= now - fineKeptMs - coarseMs ? fineMs : coarseMs);
  refuseOddStep(stepMs);
  const keptMs = stepMs < coarseMs ? fineKeptMs : coarseKeptMs;
  const end = Math.min(until, now);
  return { since: Math.min(end, Math.max(since, now - keptMs)), until: end, stepMs };
}

/** Each step has to be made of whole ones of those that are kept. */
function refuseOddStep(stepMs: number): void {
  const unit = stepMs < coarseMs ? fineMs : coarseMs;
  if (stepMs < fineMs || stepMs > coarseKeptMs || stepMs % unit !== 0)
    throw fieldProblem('step', 'must be 10s, 20s, 30s, 40s, 50s or whole minutes, up to 1d');
}

function getKnown({ statsHistory }: Context, appId: string, id: string): string {
  const known = statsHistory.instancesOf(appId);
  const alike = id.length < shortestId ? [] : known.filter((one) => one.startsWith(id));
  const found = known.find((one) => one === id) ?? (alike.length === 1 ? alike[0] : undefined);
  if (found !== undefined) return found;
  const detail = `Nothing is kept of an instance "${id}"; ask without one, the answer lists those that are known.`;
  throw new Problem('instance-not-found', detail);
}

function viewPoint({ at, cpuPercent, ...point }: TimedStatsPoint): StatsHistoryResource['points'][number] {
  return {
    at: renderInstant(at),
    cpuPercent: Math.round(cpuPercent * 100) / 100,
    memoryBytes: Math.round(point.memoryBytes),
    networkInBytes: Math.round(point.networkInBytes),
    networkOutBytes: Math.round(point.networkOutBytes),
    blockReadBytes: Math.round(point.blockReadBytes),
    blockWriteBytes: Math.round(point.blockWriteBytes),
    pids: Math.round(point.pids * 10) / 10,
  };
}
