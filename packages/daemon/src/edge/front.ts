import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { admit } from './admission.ts';
import { answerPage, Exchange } from './exchange.ts';
import type { Peer } from './forwarded.ts';
import type { Plane } from './plane.ts';
import { hasBody } from './request-head.ts';
import type { Refusal } from './refusal.ts';
import { answerPageOnSocket } from './socket-answer.ts';
import { plainAddress } from './trusted-proxies.ts';
import { Tunnel } from './tunnel.ts';

const LIMITS = {
  headersTimeout: 30_000,
  keepAliveTimeout: 75_000,
  /** Uploads and streams take as long as they take. */
  requestTimeout: 0,
  maxHeaderSize: 32_768,
  insecureHTTPParser: false,
};

const NOWHERE: Refusal = { code: 'no-app-here', detail: 'Check the address, or ask the one who gave it to you.' };

const HOPELESS: Refusal = {
  code: 'expectation-unknown',
  detail: 'The only expectation understood here is 100-continue.',
};

/** The HTTP/1.1 door for visitors. */
export function createFront(plane: Plane): Server {
  const server = createServer({ ...LIMITS, shouldUpgradeCallback: isWebSocket });
  // Node drops headers beyond its limit in silence; the size of the head is limit enough.
  server.maxHeadersCount = 0;
  const take = (request: IncomingMessage, response: ServerResponse): void => takeRequest(plane, request, response);
  server.on('request', take);
  server.on('checkContinue', take);
  server.on('checkExpectation', (request, response) => answerPage(request, response, HOPELESS));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    takeUpgrade(plane, request, { socket: socket as Socket, head }),
  );
  server.on('connect', (request: IncomingMessage, socket: Duplex) => refuseConnect(request, socket));
  return server;
}

/**
 * Other upgrades are left out and the request goes its way as the HTTP/1.1 that it is, as RFC 9110 (7.8) wants it:
 * the HTTP client of Java asks for `h2c` on each first request.
 */
function isWebSocket(request: IncomingMessage): boolean {
  const isAsked = request.headers.upgrade?.toLowerCase() === 'websocket';
  return isAsked && request.method === 'GET' && request.httpVersion === '1.1' && !hasBody(request);
}

function takeRequest(plane: Plane, request: IncomingMessage, response: ServerResponse): void {
  const admitted = admit(request);
  if ('code' in admitted) return answerPage(request, response, admitted);
  const route = plane.routes.find(admitted.host, admitted.path);
  if (route === undefined) return answerPage(request, response, NOWHERE);
  const visit = plane.traffic.begin(route.app);
  new Exchange(plane, { request, admitted, peer: findPeer(plane, request) }, { response, visit }).start();
}

function takeUpgrade(plane: Plane, request: IncomingMessage, { socket, head }: { socket: Socket; head: Buffer }): void {
  socket.on('error', () => socket.destroy());
  const admitted = admit(request);
  if ('code' in admitted) return answerPageOnSocket(socket, request, admitted);
  const route = plane.routes.find(admitted.host, admitted.path);
  if (route === undefined) return answerPageOnSocket(socket, request, NOWHERE);
  const visit = plane.traffic.begin(route.app);
  new Tunnel(plane, { request, admitted, peer: findPeer(plane, request) }, { socket, head, visit }).start();
}

function refuseConnect(request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  const refusal = admit(request);
  answerPageOnSocket(socket, request, 'code' in refusal ? refusal : NOWHERE);
}

function findPeer(plane: Plane, { socket }: IncomingMessage): Peer {
  const address = plainAddress(socket.remoteAddress);
  return { address, isTrusted: plane.trustsPeer(address) };
}
