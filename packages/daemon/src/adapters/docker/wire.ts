import { Agent, type AgentOptions, type RequestOptions, request as requestPlain } from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';
import type { EngineAddress } from './engine-address.ts';

/** Where requests to one engine go, and over which connections. */
export interface Wire {
  readonly place: RequestOptions;
  readonly request: typeof requestPlain;
  readonly connectMs: number;
  /** Connections that are used again. */
  readonly kept: Agent;
  /**
   * One connection for each request, closed from this side: an engine that closes it right after its answer can cut
   * off a request whose last packet, empty or not, is still on its way.
   */
  readonly fresh: Agent;
}

const MAX_IDLE_CONNECTIONS = 16;

/** Opens nothing by itself. */
export function createWire(address: EngineAddress, connectMs: number): Wire {
  const isTls = address.kind === 'tcp' && address.tls !== undefined;
  const createAgent = (options: AgentOptions) => new (isTls ? TlsAgent : Agent)({ keepAlive: true, ...options });
  return {
    place: renderPlace(address),
    request: isTls ? requestTls : requestPlain,
    connectMs,
    kept: createAgent({ keepAliveMsecs: 10_000, maxFreeSockets: MAX_IDLE_CONNECTIONS, scheduling: 'lifo' }),
    fresh: createAgent({ maxFreeSockets: 0 }),
  };
}

/** Idle connections go now, busy ones when they are done. */
export function closeWire({ kept }: Wire): void {
  kept.maxFreeSockets = 0;
  for (const sockets of Object.values(kept.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function renderPlace(address: EngineAddress): RequestOptions & { readonly servername?: string } {
  if (address.kind === 'unix') return { socketPath: address.socketPath };
  const { serverName, ...tls } = address.tls ?? {};
  return {
    host: address.host,
    port: address.port,
    ...tls,
    ...(serverName !== undefined && { servername: serverName }),
  };
}
