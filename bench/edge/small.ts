import type { Finding } from '../measure/finding.ts';
import { rankBy } from '../measure/standing.ts';
import { runWrk } from '../load/wrk.ts';
import { type Arena, everyone, inArena, usualHost } from './arena.ts';
import { measureWrk, microsPerRequest, requestsPerSecond } from './proxy-cost.ts';
import { presentEdge } from './present-edge.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const CONNECTIONS = 64;
const MARKS = [
  { peer: 'nginx', atLeast: 1 },
  { peer: 'caddy', atLeast: 3 },
  { peer: 'configurable-http-proxy', atLeast: 5 },
];

/** Pages of 1 KiB on kept connections: CPU for each, and how many one core answers. */
export const small: EdgeBenchmark = {
  name: 'edge:small',
  run: (plan) => inArena('static', (arena) => measure(arena, plan)),
};

async function measure({ folder, backend, start }: Arena, plan: EdgePlan): Promise<Finding[]> {
  const contestants = [];
  for (const name of everyone) contestants.push(await start(name));
  const load = { folder, connections: CONNECTIONS, seconds: plan.seconds, hosts: [usualHost], path: '/small' };
  const alone = await runWrk({ ...load, url: `http://localhost:${backend.port}/small` });
  plan.say(`the back-end alone: ${Math.round(requestsPerSecond(alone)).toLocaleString('en')} req/s`);
  const measurements = await measureWrk(contestants, load, plan);
  const what = `small pages, ${CONNECTIONS} kept connections`;
  return [
    rankBy(measurements, {
      read: microsPerRequest,
      what: `${what}: CPU each`,
      unit: 'µs',
      better: 'less',
      marks: MARKS,
    }),
    rankBy(measurements, { read: requestsPerSecond, what: `${what}: on one core`, unit: 'req/s', better: 'more' }),
  ];
}

if (import.meta.main) await presentEdge([small]);
