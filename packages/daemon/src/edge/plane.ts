import { RouteIndex } from '../core/route-index.ts';
import { ClaimDesk } from './claim.ts';
import { InFlight } from './in-flight.ts';
import type { Log } from './log.ts';
import { TrafficLedger } from './traffic.ts';
import type { TrustsPeer } from './trusted-proxies.ts';
import { UpstreamPools } from './upstream-pools.ts';

/** What every request of one edge shares. */
export interface Plane {
  readonly startedAtMs: number;
  readonly routes: RouteIndex;
  readonly inFlight: InFlight;
  readonly desk: ClaimDesk;
  readonly pools: UpstreamPools;
  readonly traffic: TrafficLedger;
  readonly trustsPeer: TrustsPeer;
  readonly log: Log;
  /** Connections of visitors are not kept any more. */
  isStopping: boolean;
}

export function createPlane(trustsPeer: TrustsPeer, log: Log): Plane {
  const startedAtMs = Date.now();
  const routes = new RouteIndex();
  const inFlight = new InFlight();
  const desk = new ClaimDesk(routes, inFlight);
  const traffic = new TrafficLedger(startedAtMs);
  return {
    startedAtMs,
    routes,
    inFlight,
    desk,
    traffic,
    pools: new UpstreamPools(),
    trustsPeer,
    log,
    isStopping: false,
  };
}
