import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@berth/spec/problem';

/** The token in `Authorization: Bearer …`; undefined when there is none. */
export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const match = /^Bearer +([^\s]+) *$/i.exec(authorization);
  if (match?.[1] !== undefined) return match[1];
  throw new Problem('unauthenticated', 'The header must be `Authorization: Bearer <token>`.');
}

const prefix = 'bearer.';

/** For browsers, which cannot set headers on a WebSocket: a subprotocol `bearer.<token>`. */
export function socketBearerOf(headers: IncomingHttpHeaders): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return bearerOf(headers) ?? offered.find((name) => name.startsWith(prefix))?.slice(prefix.length);
}
