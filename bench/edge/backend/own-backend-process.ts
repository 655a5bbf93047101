import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createEcho } from './echo-frames.ts';
import { smallPage } from './small-page.ts';

// A program. Argument: the port. Paths: `/small` 1 KiB; `/upload` reads all, then says how much that was; `/slow` answers
// after a second; `/stream` says a line every 20 ms for as long as it is listened to; `/ws` echoes messages.
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const SLOW_MS = 1_000;
const LINE_MS = 20;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const answers: Readonly<Record<string, Answer>> = {
  '/small': (_, response) => void response.end(smallPage),
  '/seen': ({ headers }, response) =>
    void response.end([headers.host, headers['x-forwarded-for'], headers['x-forwarded-proto']].join(' ')),
  '/upload': (request, response) => {
    let sizeBytes = 0;
    request.on('data', (part: Buffer) => (sizeBytes += part.length));
    request.on('end', () => response.end(String(sizeBytes)));
  },
  '/slow': (_, response) => void setTimeout(() => response.end(smallPage), SLOW_MS),
  '/stream': (_, response) => {
    const talking = setInterval(() => response.write('a line\n'), LINE_MS);
    response.on('close', () => clearInterval(talking));
  },
};

const server = createServer({ keepAliveTimeout: 3_600_000, requestTimeout: 0 }, (request, response) => {
  request.on('error', () => undefined);
  const answer = answers[request.url ?? ''];
  if (answer === undefined) response.writeHead(404).end();
  else answer(request, response);
});
server.on('upgrade', upgrade);
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
process.on('SIGTERM', () => process.exit());

function upgrade(request: IncomingMessage, socket: Duplex): void {
  const key = `${request.headers['sec-websocket-key']}${ACCEPT_SUFFIX}`;
  const accept = createHash('sha1').update(key).digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on(
    'data',
    createEcho((frame) => void socket.write(frame)),
  );
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
}
