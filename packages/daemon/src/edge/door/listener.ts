import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { parseListenAddress, renderAddress } from '../listen-address.ts';
import { errorFacts, type Log } from '../log.ts';
import type { Scheme } from './door.ts';

/** One address that visitors come in by. */
export interface Listener {
  /** As it was wished for: `127.0.0.1:8080`, `:443`. */
  readonly wish: string;
  readonly scheme: Scheme;
  readonly server: Server;
}

export type ListenerPlace = Pick<Listener, 'wish' | 'scheme'>;

/** What a connection is handed to, and where is told what goes wrong. */
export interface Entrance {
  readonly take: (socket: Socket, scheme: Scheme) => void;
  readonly log: Log;
}

/** Rejects when the address cannot be had. */
export async function openListener(place: ListenerPlace, entrance: Entrance): Promise<Listener> {
  const { host, port } = parseListenAddress(place.wish) ?? { host: undefined, port: 0 };
  const server = createServer();
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  await once(server, 'listening').catch((error: unknown) => {
    throw Object.assign(error as Error, { scheme: place.scheme });
  });
  return useListener({ ...place, server }, entrance);
}

/** Takes the connections of a server that listens already. */
export function useListener(listener: Listener, { take, log }: Entrance): Listener {
  listener.server.on('connection', (socket) => take(socket, listener.scheme));
  listener.server.on('error', (error) => log('error', 'a connection could not be taken', errorFacts(error)));
  return listener;
}

/** The address that it truly has; none when it is closed. */
export function addressesOf({ server }: Listener): readonly string[] {
  const address = server.address() as AddressInfo | null;
  return address === null ? [] : [renderAddress(address)];
}
