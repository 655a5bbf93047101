import { obtainSession, shakeHands } from '../load/shake-hands.ts';
import type { Finding } from '../measure/finding.ts';
import { rankBy } from '../measure/standing.ts';
import { type Arena, everyone, inArena, usualHost } from './arena.ts';
import { measureInTurns, measureWrk, microsPerRequest, weighCpu } from './proxy-cost.ts';
import { presentEdge } from './present-edge.ts';
import { createCertificate } from './proxy/certificate.ts';
import type { Contestant } from './proxy/contestant.ts';
import type { EdgeBenchmark, EdgePlan } from './plan.ts';

const CONNECTIONS = 64;
const KEPT_MARKS = [{ peer: 'nginx', atLeast: 0.92 }];
const HANDSHAKE_MARKS = [{ peer: 'nginx', atLeast: 0.85 }];

/** TLS by each proxy's own defaults for protocol and cipher, a certificate on P-256: kept connections, and handshakes, all by X25519. */
export const tls: EdgeBenchmark = {
  name: 'edge:tls',
  run: (plan) => inArena('static', (arena) => measure(arena, plan)),
};

async function measure({ folder, start }: Arena, plan: EdgePlan): Promise<Finding[]> {
  const certificate = createCertificate(folder);
  const contestants: Contestant[] = [];
  for (const name of everyone) contestants.push(await start(name, { certificate }));
  const wish = { folder, connections: CONNECTIONS, hosts: [usualHost], path: '/small', scheme: 'https' as const };
  const kept = await measureWrk(contestants, { ...wish, seconds: plan.seconds }, plan);
  const shake = (isResumed: boolean) =>
    measureInTurns(contestants, (contestant) => shakeOnce(contestant, isResumed, plan.seconds), plan);
  const [full, resumed] = [await shake(false), await shake(true)];
  const figure = { unit: 'µs', better: 'less' } as const;
  const each = { ...figure, read: ({ cpuMs, count }: Handshakes) => (cpuMs * 1000) / count, marks: HANDSHAKE_MARKS };
  const what = `small pages by TLS, ${CONNECTIONS} kept connections: CPU each`;
  return [
    rankBy(kept, { ...figure, read: microsPerRequest, what, marks: KEPT_MARKS }),
    rankBy(full, { ...each, what: 'a TLS connection with a full handshake: CPU' }),
    rankBy(resumed, { ...each, what: 'a TLS connection that goes on with a session: CPU' }),
  ];
}

interface Handshakes {
  readonly count: number;
  readonly cpuMs: number;
}

async function shakeOnce(contestant: Contestant, isResumed: boolean, seconds: number): Promise<Handshakes> {
  const place = { port: contestant.tlsPort, host: usualHost };
  const session = isResumed ? { session: await obtainSession(place) } : {};
  return weighCpu(contestant, async () => ({ count: await shakeHands({ ...place, seconds, ...session }) }));
}

if (import.meta.main) await presentEdge([tls]);
