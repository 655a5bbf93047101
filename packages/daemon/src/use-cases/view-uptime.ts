import { renderInstant } from '@berth/spec/instant';
import type {
  InstanceUptime,
  Uptime,
  UptimeInterval,
  UptimeRecord as UptimeRecordResource,
  UptimeSeconds,
  UptimeState,
} from '@berth/spec/uptime';
import type { UptimeSpan, Window } from '../core/uptime.ts';
import type { AppRecord, InstanceRecord } from '../core/uptime-record.ts';
import { availability, notRunningMs, type UptimeTotals } from '../core/uptime-total.ts';
import type { RecordedUptime, UptimeAnswer } from './read-uptime.ts';

/** How uptime is shown to callers; of the spans at most `limit`. */
export function viewUptime({ app, record, spans, parts, instances, ...whole }: UptimeAnswer, limit: number): Uptime {
  const behind = spans?.[limit];
  return {
    app: app.name,
    id: app.id,
    instance: record.kind === 'instance' ? record.id : null,
    ...summary(whole),
    states: inSeconds(whole.totals),
    intervals: spans === null ? null : viewSpans(spans.slice(0, limit)),
    buckets: parts?.map(summary) ?? null,
    instances: instances?.map(viewInstance) ?? null,
    next: behind === undefined ? null : renderInstant(behind.since),
  };
}

export function viewUptimeRecord({ id, name, owner, engine, begunAt, endedAt }: AppRecord): UptimeRecordResource {
  const removedAt = endedAt === null ? null : renderInstant(endedAt);
  return { id, app: name, owner, engine, since: renderInstant(begunAt), removedAt };
}

function viewInstance({ record, ...whole }: RecordedUptime<InstanceRecord>): InstanceUptime {
  const { id, release, slot, endedAt } = record;
  return {
    instance: id,
    release,
    slot,
    ...summary(whole),
    endedAt: endedAt === null ? null : renderInstant(endedAt),
  };
}

/** They touch: the end of one is the beginning of the next, and rendered once. */
function viewSpans(spans: readonly UptimeSpan[]): UptimeInterval[] {
  let since = renderInstant(spans[0]?.since ?? 0);
  return spans.map((span) => {
    const interval = { since, until: renderInstant(span.until), state: span.state };
    since = interval.until;
    return interval;
  });
}

type Whole = Window & { readonly totals: UptimeTotals };

function summary({ totals, ...window }: Whole) {
  return { ...view(window), availability: availability(totals), seconds: viewSeconds(totals) };
}

function view({ since, until }: Window): { since: string; until: string } {
  return { since: renderInstant(since), until: renderInstant(until) };
}

function viewSeconds(totals: UptimeTotals): UptimeSeconds {
  return {
    running: totals.running / 1000,
    notRunning: notRunningMs(totals) / 1000,
    unknown: totals.unknown / 1000,
  };
}

function inSeconds(totals: UptimeTotals): Record<UptimeState, number> {
  const seconds = Object.entries(totals).map(([state, ms]) => [state, ms / 1000] as const);
  return Object.fromEntries(seconds) as Record<UptimeState, number>;
}
