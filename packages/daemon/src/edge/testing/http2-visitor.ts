import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTls } from 'node:tls';

/** One request with its whole answer. */
export interface Http2Visit {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly trailers: Readonly<Record<string, string | string[] | undefined>>;
  readonly interim: readonly number[];
  readonly body: string;
}

/** A connection of a visitor who trusts any certificate; its errors are seen in what its requests come to. */
export async function openHttp2(port: number, host = 'app.test'): Promise<ClientHttp2Session> {
  const tls = { port, host: '127.0.0.1', servername: host, rejectUnauthorized: false, ALPNProtocols: ['h2'] };
  const session = connect(`https://${host}`, { createConnection: () => connectTls(tls) });
  session.on('error', () => undefined);
  await once(session, 'connect');
  return session;
}

/** Rejects when the answer is cut short. */
export async function visitHttp2(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  body?: string | Buffer,
): Promise<Http2Visit> {
  const place = { ':path': '/', ':authority': 'app.test' };
  const stream = session.request({ ...place, ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return hearHttp2Answer(stream);
}

export async function hearHttp2Answer(stream: ClientHttp2Stream): Promise<Http2Visit> {
  const interim: number[] = [];
  let trailers: Http2Visit['trailers'] = {};
  stream.on('headers', (early) => interim.push(early[':status'] ?? 0));
  stream.once('trailers', (late) => (trailers = late));
  const [headers] = (await once(stream, 'response')) as [Http2Visit['headers'] & { readonly ':status': number }];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { status: headers[':status'], headers, trailers, interim, body: Buffer.concat(chunks).toString() };
}
