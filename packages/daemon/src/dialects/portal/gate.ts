import { Problem } from '@berth/spec/problem';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSecret } from '../../dialect-kit/is-secret.ts';
import type { Hand } from './hand.ts';

/** Lets in who shows the token, and changes nothing for a form of somebody else's page. */
export function guardSite({ settings }: Hand): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const token = settings.token?.reveal();
  return async ({ headers, method }, reply) => {
    if (token !== undefined && !isSecret(secretOf(headers.authorization), token)) {
      reply.header('www-authenticate', 'Basic realm="portal", charset="UTF-8"');
      throw new Problem('unauthenticated', 'Show the portal’s token, as a bearer token or as a password.');
    }
    const isChange = method !== 'GET' && method !== 'HEAD';
    if (isChange && isForeign(headers))
      throw new Problem('forbidden', 'This came from a page of another site; use the forms of this one.');
  };
}

function secretOf(authorization = ''): string | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic)\s+(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  return /^[^:]*:([^]*)$/.exec(Buffer.from(value, 'base64').toString())?.[1];
}

/** A browser says where a form comes from; programs say nothing, and bring no visitor's credentials. */
function isForeign({ origin, host, 'sec-fetch-site': site }: FastifyRequest['headers']): boolean {
  if (origin !== undefined) return hostOf(origin) !== host;
  return site === 'cross-site' || site === 'same-site';
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
