import { ambiguity } from './ambiguity.ts';
import { bodies } from './bodies.ts';
import { connections } from './connections.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import type { EdgeBenchmark } from './plan.ts';
import { routes } from './routes.ts';
import { small } from './small.ts';
import { soak } from './soak.ts';
import { tls } from './tls.ts';
import { webSocket } from './websocket.ts';

/** All that is measured of the edge without an engine, the cheapest first. */
export const edgeParts: readonly EdgeBenchmark[] = [
  small,
  latency,
  connections,
  tls,
  webSocket,
  bodies,
  routes,
  memory,
  soak,
  ambiguity,
];
