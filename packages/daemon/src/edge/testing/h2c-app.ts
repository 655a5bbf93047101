import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { EdgeTarget } from '../../core/route-table.ts';

/** An app that speaks HTTP/2 without TLS, as gRPC servers do. */
export interface H2cApp {
  readonly port: number;
  /** The connections that are open now. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  target(instance: string): EdgeTarget;
  close(): Promise<void>;
}

export type H2cListener = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export async function startH2cApp(listener: H2cListener, port = 0): Promise<H2cApp> {
  const server = createServer({ settings: { maxConcurrentStreams: 100 } });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    listener(stream, headers);
    stream.on('error', () => undefined);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    sessions,
    target: (instance) => ({ instance, host: '127.0.0.1', port: bound }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

/** What gRPC does with an answer: the status comes behind the body. */
export function answerGrpc(stream: ServerHttp2Stream, body: Buffer, status = '0'): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status, 'grpc-message': 'fine' }));
  stream.end(body);
}
