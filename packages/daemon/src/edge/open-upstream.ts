import { type Agent, type ClientRequest, type IncomingMessage, request as openRequest } from 'node:http';
import type { Admitted } from './admission.ts';
import type { Claim } from './claim.ts';
import type { Peer } from './forwarded.ts';
import type { Errand } from './in-flight.ts';
import { composeRequestHead, composeTarget } from './request-head.ts';

/** A request that was let in, and who sent it. */
export interface Order {
  readonly request: IncomingMessage;
  readonly admitted: Admitted;
  readonly peer: Peer;
  /** What draining ends when its patience is over. */
  readonly errand: Errand;
}

/** Begins the request to the claimed instance, over a kept connection, a fresh one (`false`), or one to be upgraded. Throws on bytes that HTTP does not allow. */
export function openUpstream(order: Order, { route, target }: Claim, agent: Agent | false | 'upgrade'): ClientRequest {
  const { request, admitted, peer } = order;
  const { host, port } = target;
  const isUpgrade = agent === 'upgrade';
  const head = composeRequestHead(request, route, peer);
  const headers = isUpgrade ? [...head, 'Connection', 'Upgrade', 'Upgrade', 'websocket'] : head;
  const path = composeTarget(admitted.target, route);
  // Half-open, so that either side of a tunnel may end first.
  const connection = isUpgrade ? { agent: false, allowHalfOpen: true } : { agent };
  return openRequest({ host, port, path, method: request.method, headers, ...connection });
}
