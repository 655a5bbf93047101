import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Place, ServerTls } from './command-line.ts';

export interface Listening {
  /** Where it truly listens, `http://127.0.0.1:8001`, or the path of a socket. */
  readonly at: string;
  /** Ends its connections at once. */
  close(): void;
}

/** Serves at the place; rejects with what the system says when it cannot. */
export async function listen(
  place: Place & { readonly tls?: ServerTls },
  listener: RequestListener,
): Promise<Listening> {
  const server = place.tls === undefined ? createServer(listener) : createSecureServer(readTls(place.tls), listener);
  if (place.socket === undefined) server.listen(place.port, place.ip === '' ? undefined : place.ip);
  else {
    // One that a killed process left behind cannot be listened on.
    if (statSync(place.socket, { throwIfNoEntry: false })?.isSocket() === true) rmSync(place.socket);
    server.listen(place.socket);
  }
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { at: renderPlace(server, place), close };
}

function readTls(tls: ServerTls): Parameters<typeof createSecureServer>[0] {
  return {
    key: readFileSync(tls.keyFile),
    cert: readFileSync(tls.certFile),
    ...(tls.caFile === undefined ? {} : { ca: readFileSync(tls.caFile) }),
    requestCert: tls.requestsCert,
    rejectUnauthorized: tls.rejectsUnauthorized,
  };
}

function renderPlace(server: Server, { ip, tls }: Place & { readonly tls?: ServerTls }): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return address ?? '';
  const scheme = tls === undefined ? 'http' : 'https';
  return `${scheme}://${ip === '' ? '*' : ip.includes(':') ? `[${ip}]` : ip}:${address.port}`;
}
