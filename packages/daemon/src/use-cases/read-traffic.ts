import type { Traffic } from '@berth/spec/traffic';
import { emptyHistogram, latencyBounds } from '../core/latency-histogram.ts';
import type { AppTraffic } from '../ports/edge.ts';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import type { Context } from './context.ts';

/** What visitors did with an app. Rejects with `edge-unreachable` while the edge is being started. */
export async function readTraffic(context: Context, actor: Actor, name: string): Promise<Traffic> {
  const app = getApp(context.ledger.books, actor, { name, scope: 'read' });
  const { startedAtMs, apps } = await context.edge.facts();
  return { since: instantOf(startedAtMs), ...viewOf(apps[app.name] ?? noTraffic) };
}

function viewOf(traffic: AppTraffic): Omit<Traffic, 'since'> {
  const { requests, statuses, bytesIn, bytesOut, inFlight, openSockets, lastActivityMs, latency } = traffic;
  const [interim, good, moved, refused, failed] = statuses;
  return {
    requests,
    answers: { '1xx': interim, '2xx': good, '3xx': moved, '4xx': refused, '5xx': failed },
    receivedBytes: bytesIn,
    sentBytes: bytesOut,
    inFlight,
    openSockets,
    lastActivity: lastActivityMs === null || lastActivityMs === 0 ? null : instantOf(lastActivityMs),
    durations: latency.counts.map((count, at) => ({ upToSeconds: latencyBounds[at] ?? null, requests: count })),
  };
}

function instantOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

const noTraffic: AppTraffic = {
  requests: 0,
  statuses: [0, 0, 0, 0, 0],
  bytesIn: 0,
  bytesOut: 0,
  inFlight: 0,
  openSockets: 0,
  lastActivityMs: null,
  lastServedMs: null,
  latency: emptyHistogram(),
};
