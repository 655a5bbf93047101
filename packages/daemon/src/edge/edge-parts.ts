import { dirname, join } from 'node:path';
import type { EdgeArguments } from './arguments.ts';
import { CertificateFile } from './door/certificate-file.ts';
import { Door } from './door/door.ts';
import { TlsEntrance } from './door/tls-entrance.ts';
import { HeldBodies } from './http2/held-bodies.ts';
import type { Log } from './log.ts';
import { createPlane, type Plane } from './plane.ts';
import { RouteFile } from './route-file.ts';
import { obtainStickyKey } from './route/sticky-key.ts';
import type { Estate } from './succession/message.ts';
import { createTrust } from './trusted-proxies.ts';
import { acceptHttp1 } from './visitor/http1-connection.ts';

/** What an edge is made of, whether it listens or not. */
export interface EdgeParts {
  readonly plane: Plane;
  readonly file: RouteFile;
  readonly tls: TlsEntrance;
  readonly door: Door;
  readonly log: Log;
}

/** Reads the last routes; throws a sentence for the operator when a network among the wishes is none. */
export function createEdgeParts({ wish, state }: EdgeArguments, log: Log): EdgeParts {
  const trustsPeer = createTrust(wish.trustedProxies);
  const plane = createPlane(log, {
    stickyKey: obtainStickyKey(join(dirname(state), 'sticky.key'), log),
    ...wish.manners,
  });
  const file = new RouteFile(state, () => plane.routes.list(), log);
  plane.routes.replace(file.load());
  const certificates = new CertificateFile(join(dirname(state), 'certificates.json'), log);
  const certified = wish.manners?.redirectsToHttps === true ? plane.decisions.certified : undefined;
  const world = { challenges: plane.challenges, log, visitorTls: wish.manners?.tls };
  const tls = new TlsEntrance(world, certificates, certified);
  const heldBodies = new HeldBodies();
  const door = new Door({
    speakHttp1: (socket, arrival) => acceptHttp1(plane, socket, arrival),
    speakHttp2: async (socket, arrival) => {
      const { acceptHttp2 } = await import('./http2/accept-http2.ts');
      return acceptHttp2({ plane, heldBodies }, socket, arrival);
    },
    tls,
    trustsPeer,
    limits: wish.connections,
    proxyProtocol: wish.proxyProtocol,
  });
  return { plane, file, tls, door, log };
}

/** What another edge gets that is not on the disk. */
export async function composeEstate({ plane, tls }: EdgeParts): Promise<Estate> {
  const ticketKeys = await tls.ticketKeys();
  return {
    challenges: plane.challenges.list(),
    history: plane.history.list(),
    ticketKeys: ticketKeys && { keys: ticketKeys.keys.toString('base64'), madeAtMs: ticketKeys.madeAtMs },
  };
}

/** Comes before the first visitor. */
export function settleEstate({ plane, tls }: EdgeParts, estate: Estate): void {
  plane.challenges.replace(estate.challenges);
  plane.history.inherit(estate.history ?? []);
  const { ticketKeys } = estate;
  if (ticketKeys !== undefined) tls.inherit({ ...ticketKeys, keys: Buffer.from(ticketKeys.keys, 'base64') });
}
