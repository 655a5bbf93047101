import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { EdgeRoute, EdgeTarget } from '../../core/route-table.ts';

/** A small app that the edge brings visitors to. */
export interface TestApp {
  readonly server: Server;
  readonly port: number;
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  target(instance: string): EdgeTarget;
  close(): Promise<void>;
}

/** Answers with what it was asked when no listener is given. */
export async function startApp(listener: RequestListener = echo): Promise<TestApp> {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 30_000 }, listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    sockets,
    target: (instance) => ({ instance, host: '127.0.0.1', port }),
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What `echo` answers. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawHeaders: readonly string[];
  readonly trailers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const echo: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const { method, url, headers, rawHeaders, trailers } = request;
    const body = Buffer.concat(chunks).toString();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers, rawHeaders, trailers, body }));
  });
};

/** A route of the app `app` at `app.test`, but for what is said. */
export function routeTo(targets: readonly EdgeTarget[], place: Partial<EdgeRoute> = {}): EdgeRoute {
  return { host: 'app.test', pathPrefix: '/', stripPrefix: false, app: 'app', targets, unavailable: null, ...place };
}

/** A port of the loopback that nobody listens on. */
export async function findDeadPort(): Promise<number> {
  const app = await startApp();
  await app.close();
  return app.port;
}
