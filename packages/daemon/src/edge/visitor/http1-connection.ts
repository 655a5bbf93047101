import type { Socket } from 'node:net';
import type { Arrival } from '../exchange/arrival.ts';
import type { VisitorConnection } from '../exchange/visitor-connection.ts';
import type { Plane } from '../plane.ts';
import { Http1Visitor } from './http1-visitor.ts';

/** A socket and what listens to it: four functions serve all connections. */
interface VisitorSocket extends Socket {
  visitor?: Http1Visitor;
}

/**
 * Takes over a visitor's connection that speaks HTTP/1: all its requests until it ends. The socket (plain or TLS)
 * allows half-open and is not paused; of the door's listeners only those for `close` and `error` may be left. What it
 * returns lets the door close idle connections first, when there are too many and when the edge stops.
 */
export function acceptHttp1(plane: Plane, socket: Socket, arrival: Arrival): VisitorConnection {
  const visitor = new Http1Visitor(plane, socket, arrival);
  (socket as VisitorSocket).visitor = visitor;
  if (arrival.firstBytes !== undefined && arrival.firstBytes.length > 0) socket.unshift(arrival.firstBytes);
  socket.on('data', heard).on('end', ended).on('close', closed).on('error', failed);
  return visitor;
}

function heard(this: VisitorSocket, bytes: Buffer): void {
  this.visitor?.heard(bytes);
}

function ended(this: VisitorSocket): void {
  this.visitor?.ended();
}

function closed(this: VisitorSocket): void {
  this.visitor?.closed();
}

/** `close` follows. */
function failed(): void {}
