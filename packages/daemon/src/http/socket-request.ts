import type { IncomingMessage } from 'node:http';

/**
 * True for what is to become a WebSocket. Any other offer of an upgrade is ignored, as RFC 9110 allows: some clients offer
 * HTTP/2 with every request.
 */
export function isSocketRequest({ method, url = '', headers }: IncomingMessage): boolean {
  return (
    method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && /^\/v1\/apps\/[^/%?]+\/exec(?:\?|$)/.test(url)
  );
}
