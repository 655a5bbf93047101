import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Actor } from '../use-cases/actor.ts';
import type { Context } from '../use-cases/context.ts';
import { callSignal } from './call-signal.ts';
import type { AnyEndpoint, Call } from './endpoint.ts';
import { parsePart } from '../core/parse-part.ts';
import { typeQuery } from './query-text.ts';
import type { Services } from './services.ts';

const noQuery = z.strictObject({});
const noBody = z.strictObject({}).optional();

export type AnyCall = Call<unknown, unknown, unknown, Actor | undefined>;

/** The request, parsed by the endpoint's schemas. Unknown query parameters and bodies nobody asked for are refused. */
export function readCall(endpoint: AnyEndpoint, request: FastifyRequest, around: CallSurroundings): AnyCall {
  const query = endpoint.query ?? noQuery;
  return {
    context: around.context,
    services: around.services,
    actor: around.actor,
    params: endpoint.params === undefined ? undefined : parsePart(endpoint.params, request.params, 'path'),
    query: parsePart(query, typeQuery(query, request.query as Record<string, unknown>), 'query'),
    body: endpoint.method === 'GET' ? undefined : parsePart(endpoint.body ?? noBody, request.body ?? undefined, 'body'),
    method: request.method,
    url: request.url,
    headers: request.headers,
    signal: () => callSignal(around.reply, around.services.closing),
  };
}

export interface CallSurroundings {
  readonly context: Context;
  readonly services: Services;
  readonly actor: Actor | undefined;
  readonly reply: FastifyReply;
}
