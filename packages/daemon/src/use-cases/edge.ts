import type { Edge as EdgeResource } from '@berth/spec/edge';
import { renderInstant } from '@berth/spec/instant';
import { type Actor, authorize } from './actor.ts';
import type { Context } from './context.ts';

/** How the edge is, and where it listens. Rejects with `edge-unreachable` while it is being started. */
export async function showEdge(context: Context, actor: Actor): Promise<EdgeResource> {
  authorize(actor, { scope: 'read', owner: null });
  return viewEdge(context);
}

/**
 * Puts a fresh process in the edge's place without a connection lost, and shows it. Calls that come meanwhile share the
 * renewal that is under way. When the new one does not come up, the old one goes on and this rejects with the reason.
 */
export async function renewEdge(context: Context, actor: Actor): Promise<EdgeResource> {
  authorize(actor, { scope: 'admin', owner: null });
  await context.edge.renew();
  return viewEdge(context);
}

async function viewEdge({ edge, policy: { baseDomain, publicUrl } }: Context): Promise<EdgeResource> {
  const { pid, version, startedAtMs, openConnections, routes, ...rest } = await edge.status();
  const { addresses, secureAddresses, trustedProxies, proxyProtocol } = rest;
  return {
    pid,
    version,
    since: renderInstant(startedAtMs),
    connections: openConnections,
    routes,
    http: [...addresses],
    https: [...secureAddresses],
    baseDomain,
    publicUrl,
    trustedProxies: [...trustedProxies],
    proxyProtocol,
  };
}
