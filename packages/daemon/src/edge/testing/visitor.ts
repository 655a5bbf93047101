import { once } from 'node:events';
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as openRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface VisitWish {
  readonly port: number;
  readonly address?: string;
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

export interface Visit {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly trailers: IncomingMessage['trailers'];
  readonly body: string;
}

/** One request with its whole answer; rejects when the answer is cut short. */
export async function visit(wish: VisitWish): Promise<Visit> {
  const answer = await beginVisit(wish);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const { statusCode = 0, headers, rawHeaders, trailers } = answer;
  return { status: statusCode, headers, rawHeaders, trailers, body: Buffer.concat(chunks).toString() };
}

/** One request up to the head of its answer. */
export async function beginVisit(wish: VisitWish): Promise<IncomingMessage> {
  const {
    port,
    address = '127.0.0.1',
    host = 'app.test',
    path = '/',
    method = 'GET',
    headers = {},
    body,
    agent,
  } = wish;
  const options = { port, host: address, path, method, headers: { host, ...headers }, agent: agent ?? false };
  const request = openRequest(options);
  // As bytes: Node writes the head in the encoding of a text that comes with it.
  request.end(typeof body === 'string' ? Buffer.from(body) : body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => undefined);
  return answer;
}

/** A connection that says exactly what it is told, and keeps what it hears. */
export interface RawVisitor {
  readonly socket: Socket;
  /** All that came, byte by byte as a character. */
  heard(): string;
  /** Resolves when the edge has ended the connection. */
  readonly closed: Promise<void>;
}

export async function openRaw(port: number, text: string | Buffer = ''): Promise<RawVisitor> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  let heard = '';
  socket.setEncoding('latin1').on('data', (part: string) => (heard += part));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once('end', () => {
      socket.end();
      resolve();
    });
    socket.once('close', () => resolve());
  });
  socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  return { socket, heard: () => heard, closed };
}
