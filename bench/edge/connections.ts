import type { Finding } from '../measure/finding.ts';
import { rankBy } from '../measure/standing.ts';
import { type Arena, everyone, inArena, usualHost } from './arena.ts';
import { measureWrk, microsPerRequest, requestsPerSecond } from './proxy-cost.ts';
import { presentEdge } from './present-edge.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const CONNECTIONS = 64;
const MARKS = [{ peer: 'nginx', atLeast: 0.75 }];

/** A new connection for each page. */
export const connections: EdgeBenchmark = {
  name: 'edge:connections',
  run: (plan) => inArena('static', (arena) => measure(arena, plan)),
};

async function measure({ folder, start }: Arena, plan: EdgePlan): Promise<Finding[]> {
  const contestants = [];
  for (const name of everyone) contestants.push(await start(name));
  const headers = { Connection: 'close' };
  const load = { folder, connections: CONNECTIONS, seconds: plan.seconds, hosts: [usualHost], path: '/small', headers };
  const measurements = await measureWrk(contestants, load, plan);
  const what = 'a new connection for each small page';
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

if (import.meta.main) await presentEdge([connections]);
