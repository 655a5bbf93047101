import type { IncomingMessage } from 'node:http';
import type { EdgeRoute } from '../core/route-table.ts';
import { forwardedHeaders, isOverwritten, type Peer } from './forwarded.ts';
import { keepEndToEnd, listValues } from './raw-headers.ts';

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** True when bytes follow the head; the request has been admitted. */
export function hasBody({ rawHeaders }: IncomingMessage): boolean {
  if (listValues(rawHeaders, 'transfer-encoding').length > 0) return true;
  return Number(listValues(rawHeaders, 'content-length')[0] ?? 0) > 0;
}

/** The headers for the app: made anew from the admitted ones, with one clear framing. */
export function composeRequestHead(request: IncomingMessage, route: EdgeRoute, peer: Peer): string[] {
  const { rawHeaders, method = 'GET' } = request;
  const isChunked = listValues(rawHeaders, 'transfer-encoding').length > 0;
  const isDropped = (name: string): boolean => isOverwritten(name, peer) || (name === 'trailer' && !isChunked);
  const prefix = route.stripPrefix && route.pathPrefix !== '/' ? route.pathPrefix : '';
  const head = [...keepEndToEnd(rawHeaders, isDropped), ...forwardedHeaders(rawHeaders, peer, prefix)];
  if (isChunked) return [...head, 'Transfer-Encoding', 'chunked'];
  const isLengthDue = WITH_BODY.has(method) && listValues(rawHeaders, 'content-length').length === 0;
  return isLengthDue ? [...head, 'Content-Length', '0'] : head;
}

/** The target that the app sees. */
export function composeTarget(target: string, { stripPrefix, pathPrefix }: EdgeRoute): string {
  if (!stripPrefix || pathPrefix === '/') return target;
  const rest = target.slice(pathPrefix.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
