import type { FastifyRequest } from 'fastify';

/** Browsers ask for pages; programs get JSON. */
export function wantsHtml({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true;
}
