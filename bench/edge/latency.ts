import { measureAnswer, percentile, runOpenLoop } from '../load/open-loop.ts';
import type { Finding } from '../measure/finding.ts';
import { rankBy } from '../measure/standing.ts';
import { type Arena, everyone, inArena, usualHost } from './arena.ts';
import { measureInCalm } from './proxy-cost.ts';
import { presentEdge } from './present-edge.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const PER_SECOND = 4_000;
/** A p99 says little of less. */
const LEAST_SECONDS = 3;
const REQUEST = Buffer.from(`GET /small HTTP/1.1\r\nHost: ${usualHost}\r\n\r\n`);

/** How long a page of 1 KiB takes at a fixed rate that all of them bear. */
export const latency: EdgeBenchmark = {
  name: 'edge:latency',
  run: (plan) => inArena('canned', (arena) => measure(arena, plan)),
};

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

async function measure({ backend, start }: Arena, plan: EdgePlan): Promise<Finding[]> {
  const contestants = [];
  for (const name of everyone) contestants.push(await start(name));
  const seconds = Math.max(LEAST_SECONDS, plan.seconds);
  const alone = await visit(backend.port, seconds);
  plan.say(`without a proxy: p50 ${alone.p50.toFixed(3)} ms, p99 ${alone.p99.toFixed(3)} ms`);
  const measurements = await measureInCalm(contestants, ({ port }) => visit(port, seconds), plan);
  const at = `at ${PER_SECOND.toLocaleString('en')} requests a second`;
  const figure = { unit: 'ms', better: 'less' } as const;
  // p50 at most 1.05 times that of nginx is at least so many times as good.
  const marks = { p50: [{ peer: 'nginx', atLeast: 1 / 1.05 }], p99: [{ peer: 'nginx', atLeast: 1 }] };
  return [
    rankBy(measurements, { ...figure, read: ({ p50 }) => p50, what: `latency ${at}: p50`, marks: marks.p50 }),
    rankBy(measurements, { ...figure, read: ({ p99 }) => p99, what: `latency ${at}: p99`, marks: marks.p99 }),
  ];
}

async function visit(port: number, seconds: number): Promise<Latency> {
  const answerBytes = await measureAnswer(port, REQUEST);
  const latencies = await runOpenLoop({ port, request: REQUEST, answerBytes, perSecond: PER_SECOND, seconds });
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

if (import.meta.main) await presentEdge([latency]);
