import { emptyHistogram } from '../../core/latency-histogram.ts';
import { expect, test } from 'vitest';
import type { AppTraffic, TrafficFacts } from '../../ports/edge.ts';
import { TrafficTotals } from './traffic-totals.ts';

const traffic = (requests: number): AppTraffic => ({
  requests,
  statuses: [0, requests, 0, 0, 0],
  bytesIn: requests,
  bytesOut: requests,
  inFlight: 0,
  openSockets: 0,
  lastActivityMs: 0,
  lastServedMs: 0,
  latency: emptyHistogram(),
});

const facts = (apps: Record<string, number>, startedAtMs = 1): TrafficFacts => ({
  startedAtMs,
  apps: Object.fromEntries(Object.entries(apps).map(([path, requests]) => [path, traffic(requests)])),
});

test('totals never fall: not when a route is forgotten, not when the edge is another one', () => {
  const totals = new TrafficTotals();
  totals.add(facts({ '/a': 3, '/b': 2 }));
  expect(totals.sum.requests).toBe(5);
  totals.add(facts({ '/a': 4 }));
  expect(totals.sum.requests).toBe(6);
  totals.add(facts({ '/a': 4, '/b': 1 }));
  expect(totals.sum.requests).toBe(7);
  totals.add(facts({ '/a': 5 }, 2));
  expect(totals.sum).toEqual({ requests: 12, statuses: [0, 12, 0, 0, 0], bytesIn: 12, bytesOut: 12 });
});
