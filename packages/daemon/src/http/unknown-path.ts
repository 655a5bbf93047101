import { Problem } from '@berth/spec/problem';
import type { FastifyRequest } from 'fastify';
import type { AnyEndpoint } from './endpoint.ts';

/** Nobody serves this: the path is unknown, or it does not take the method. */
export function refusePath(endpoints: readonly AnyEndpoint[], request: FastifyRequest): never {
  const path = request.url.split('?')[0] ?? '';
  const methods = endpoints.filter((endpoint) => matches(endpoint.path, path)).map(({ method }) => method);
  if (methods.length === 0)
    throw new Problem('route-not-found', 'There is nothing at this path; GET /docs shows what there is.');
  const allow = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].join(', ');
  throw new Problem('method-not-allowed', `This path takes ${allow}.`, { facts: { allow } });
}

/** Nobody serves this, where no endpoints are known. */
export function refuseUnknown(): never {
  throw new Problem('route-not-found', 'There is nothing at this path, or not for this method.');
}

function matches(pattern: string, path: string): boolean {
  const [parts, given] = [pattern.split('/'), path.split('/')];
  return (
    parts.length === given.length &&
    parts.every((part, index) => part === given[index] || (part.startsWith('{') && given[index] !== ''))
  );
}
