import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, pipeline } from 'node:stream';
import { findRewriter, VERSION } from './engine-29/answer.ts';
import { guard } from './guardian.ts';

/** An engine that passes for Docker 29 before the real one of the tests. */
export interface MinVersionEngine {
  readonly socket: string;
  stop(): Promise<void>;
}

/** The version the real engine is asked in. */
const REAL_VERSION = '1.41';

/**
 * Starts an engine that stands for Docker 29: it refuses API versions below 1.44 and above 1.52 in the real words,
 * leaves out the fields 1.52 left out, and has all else done by the engine at the given socket.
 */
export async function startMinVersionEngine(realSocket: string): Promise<MinVersionEngine> {
  const socket = join(tmpdir(), `berth-test-${randomUUID()}.sock`);
  guard({ kind: 'folder', path: socket });
  const connections = new Set<Duplex>();
  // Connections are kept: an engine that may close one does so before it has read the last byte of a request.
  const real = { socketPath: realSocket, agent: new Agent({ keepAlive: true }) };
  const server = createServer((ask, answer) => forward(real, ask, answer));
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
  });
  server.on('upgrade', (ask: IncomingMessage, client: Duplex, head: Buffer) =>
    hijack(realSocket, ask, { client, head }),
  );
  await once(server.listen(socket), 'listening');
  return {
    socket,
    stop: async () => {
      server.close();
      real.agent.destroy();
      for (const connection of connections) connection.destroy();
      rmSync(socket, { force: true });
    },
  };
}

interface RealEngine {
  readonly socketPath: string;
  readonly agent: Agent;
}

function forward(engine: RealEngine, ask: IncomingMessage, answer: ServerResponse): void {
  const refusal = findRefusal(ask.url ?? '/');
  if (refusal !== undefined) {
    answer.writeHead(400, { 'content-type': 'application/json', 'api-version': VERSION.current });
    answer.end(JSON.stringify({ message: refusal }));
    return;
  }
  const path = renderRealPath(ask.url ?? '/');
  const real = request({ ...engine, method: ask.method, path, headers: ask.headers });
  real.on('response', (given) => relay(ask, given, answer));
  real.on('error', () => answer.destroy());
  // A client that went away; after a whole answer there is nothing left to end.
  answer.on('close', () => answer.writableFinished || real.destroy());
  ask.pipe(real);
}

/** Headers go out at once: a stream of events may have its first line much later. */
function relay(ask: IncomingMessage, given: IncomingMessage, answer: ServerResponse): void {
  const rewriter = findRewriter(ask.url ?? '/', given.statusCode ?? 0);
  const { 'content-length': length, connection: _hop, ...headers } = given.headers;
  const sizing = rewriter === undefined && length !== undefined ? { 'content-length': length } : {};
  answer.writeHead(given.statusCode ?? 502, { ...headers, ...sizing, 'api-version': VERSION.current });
  answer.flushHeaders();
  const parts = rewriter === undefined ? ([given, answer] as const) : ([given, rewriter, answer] as const);
  pipeline(parts, () => {});
}

/** After the upgrade both sides speak freely: bytes are passed on unread. */
function hijack(realSocket: string, ask: IncomingMessage, { client, head }: { client: Duplex; head: Buffer }): void {
  const refusal = findRefusal(ask.url ?? '/');
  if (refusal !== undefined) {
    const body = JSON.stringify({ message: refusal });
    client.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return;
  }
  const lines = ask.rawHeaders.flatMap((word, index) =>
    index % 2 === 0 ? `${word}: ${ask.rawHeaders[index + 1]}` : [],
  );
  const real = connect({ path: realSocket, allowHalfOpen: true });
  real.write([`${ask.method} ${renderRealPath(ask.url ?? '/')} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  // The request's own body comes first: Node gives it by the request, older ones gave it in `head`.
  ask.pipe(real, { end: false });
  ask.on('end', () => {
    real.write(head);
    client.pipe(real);
  });
  // Each direction ends on its own: a client that has sent all its input still waits for output.
  real.pipe(client);
  client.on('error', () => real.destroy());
  real.on('error', () => client.destroy());
}

function findRefusal(url: string): string | undefined {
  const minor = Number(/^\/v1\.(\d+)\//.exec(url)?.[1] ?? VERSION.currentMinor);
  if (minor < VERSION.minimumMinor)
    return `client version 1.${minor} is too old. Minimum supported API version is 1.${VERSION.minimumMinor}, please upgrade your client to a newer version`;
  if (minor > VERSION.currentMinor)
    return `client version 1.${minor} is too new. Maximum supported API version is ${VERSION.current}`;
  return undefined;
}

function renderRealPath(url: string): string {
  return url.replace(/^(\/v1\.\d+)?\//, `/v${REAL_VERSION}/`);
}
