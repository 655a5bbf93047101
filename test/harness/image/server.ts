// The application inside `berth-test/node`: everything a proxy and a reconciler can be asked to cope with.
//   /               "version 1 host <name>"       /slow?ms=      answers after that time
//   /stream?n=&ms=  n lines, one every ms         /upload        counts the bytes it was sent
//   /headers        the request's headers, JSON   /ws            WebSocket echo
//   /moved          a redirect and a cookie, both for the root
//   /exit?code=     ends with that code           /healthz       200, or 503 after /unhealthy (/healthy undoes it)
// Any other path is answered by itself, with 404.
// SIGTERM: takes no new connection, finishes what is under way, ends with 0.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { createFrameReader, renderFrame } from './frames.ts';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Close code 1001: the endpoint is going away. */
const GOING_AWAY = Buffer.from([3, 233]);

const who = `version ${process.env.VERSION} host ${hostname()}\n`;
let isHealthy = true;

const routes: Readonly<Record<string, (exchange: Exchange) => void>> = {
  '/': ({ response }) => response.end(who),
  '/slow': ({ response, query }) => setTimeout(() => response.end(who), Number(query.get('ms') ?? 1000)),
  '/stream': stream,
  '/upload': countBytes,
  '/headers': ({ request, response }) => response.end(JSON.stringify(request.headers)),
  '/moved': ({ response }) => response.writeHead(302, { location: '/elsewhere', 'set-cookie': 'own=1; Path=/' }).end(),
  '/exit': ({ query }) => process.exit(Number(query.get('code') ?? 1)),
  '/healthz': ({ response }) => response.writeHead(isHealthy ? 200 : 503).end(who),
  '/unhealthy': ({ response }) => response.end(String((isHealthy = false))),
  '/healthy': ({ response }) => response.end(String((isHealthy = true))),
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://app');
  const answer = routes[pathname];
  if (answer === undefined) response.writeHead(404).end(request.url);
  else answer({ request, response, query: searchParams });
});

const webSockets = new Set<Duplex>();
server.on('upgrade', (request, socket, head) => {
  const key = `${request.headers['sec-websocket-key']}${ACCEPT_SUFFIX}`;
  const accept = createHash('sha1').update(key).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write([...lines, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
  webSockets.add(socket);
  socket.on('close', () => webSockets.delete(socket));
  socket.on('error', () => socket.destroy());
  socket.on(
    'data',
    createFrameReader((opcode, payload) => echo(socket, opcode, payload)),
  );
  if (head.length > 0) socket.unshift(head);
});

/** Ping is answered by pong, close by close, and each data frame by itself. */
function echo(socket: Duplex, opcode: number, payload: Buffer): void {
  if (opcode === 8) socket.end(renderFrame(8, payload));
  else socket.write(renderFrame(opcode === 9 ? 10 : opcode, payload));
}

function stream({ response, query }: Exchange): void {
  const count = Number(query.get('n') ?? 10);
  let line = 0;
  response.writeHead(200, { 'content-type': 'text/plain' });
  const timer = setInterval(
    () => {
      line += 1;
      response.write(`line ${line}\n`);
      if (line >= count) response.end();
    },
    Number(query.get('ms') ?? 100),
  );
  response.on('close', () => clearInterval(timer));
}

function countBytes({ request, response }: Exchange): void {
  let sizeBytes = 0;
  request.on('data', (part: Buffer) => (sizeBytes += part.length));
  request.on('end', () => response.end(`${sizeBytes}\n`));
}

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  // A connection that becomes idle after the close would be kept for its keep-alive time.
  setInterval(() => server.closeIdleConnections(), 20);
  for (const socket of webSockets) socket.end(renderFrame(8, GOING_AWAY));
});
server.listen(Number(process.env.PORT ?? 8080), () => console.log(`listening: ${who.trim()}`));
