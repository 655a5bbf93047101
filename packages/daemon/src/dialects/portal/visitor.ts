import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Browsers ask for pages; programs get JSON. */
export function wantsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true;
}

/** Whether the edge sent the request on, which then lies at the root of a host. */
export function cameByEdge({ headers }: FastifyRequest): boolean {
  return headers['x-forwarded-host'] !== undefined;
}

/** What the paths of the site begin with, for this visitor. */
export function prefixOf({ prefix }: FastifyInstance, request: FastifyRequest): string {
  return cameByEdge(request) ? '' : prefix;
}
