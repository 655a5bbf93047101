import { isProblem, Problem } from '@berth/spec/problem';
import type { FastifyRequest } from 'fastify';
import { isSecret } from '../../dialect-kit/is-secret.ts';

/** The body of a call whose secret was right. */
export type Params = Readonly<Record<string, unknown>>;

/** In the original's order: a body that is no object is refused first, then the secret. */
export function readParams(body: unknown, secret: string): Params {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('The body must be a JSON object, sent as application/json.');
  const params = body as Params;
  if (!isSecret(params['secret'], secret)) throw wrongSecret('in the field `secret`');
  return params;
}

/** For the list, which has no body. */
export function requireListSecret(request: FastifyRequest, secret: string): void {
  const { authorization = '' } = request.headers;
  const { secret: inQuery } = request.query as { secret?: unknown };
  if (isSecret(inQuery, secret) || isSecret(/^bearer +(.+)$/i.exec(authorization)?.[1], secret)) return;
  throw wrongSecret('as `Authorization: Bearer`');
}

/** A text that the call cannot do without. */
export function requireText(params: Params, key: string): string {
  const value = params[key];
  if (value === undefined || value === null) throw badRequest(`The field \`${key}\` is needed.`);
  if (typeof value !== 'string') throw badRequest(`The field \`${key}\` must be a text.`);
  return value;
}

export function badRequest(detail: string): Problem {
  return new Problem('malformed-request', detail);
}

/** This API knows no 422: what is not valid is a bad request. */
export async function inTheseWords<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!isProblem(error, 'validation-failed')) throw error;
    throw new Problem('malformed-request', error.message, { facts: error.facts, cause: error });
  }
}

function wrongSecret(where: string): Problem {
  return new Problem('forbidden', `The secret is missing or wrong; send the deploy secret ${where}.`);
}
