import { isProblem, Problem } from '@berth/spec/problem';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dialect, DialectParts } from '../../dialect-kit/dialect.ts';
import type { Context } from '../../use-cases/context.ts';
import { ModeReader } from '../../use-cases/swarm.ts';
import { AnswerMemo } from './answer-memo.ts';
import { findCaller, type SrcSettings } from './caller.ts';
import { endpoints, type Parameters, type SrcEndpoint } from './endpoint-table.ts';
import type { Hand } from './hand.ts';
import { renderOutline } from './outline.ts';
import { words } from './words.ts';

/** The SRC Container API. */
export function createSrcDialect({ settings, context }: DialectParts<SrcSettings>): Dialect {
  const modes = new ModeReader(context);
  const memo = new AnswerMemo();
  return {
    addRoutes(scope) {
      ignoreBodies(scope);
      scope.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(renderOutline()));
      for (const [name, endpoint] of Object.entries(endpoints)) {
        const url = `/:facility/${name}`;
        scope.route({
          method: endpoint.method,
          url,
          handler: async (request, reply) => {
            const { params, headers } = request as FastifyRequest<{ Params: { readonly facility: string } }>;
            const actor = findCaller(context, settings, headers.authorization);
            const place = await findPlace({ context, modes }, { name, endpoint, facility: params.facility });
            const hand = { context, actor, ...place };
            const told =
              endpoint.isFromMemory === true
                ? await memo.read(hand, request.url, async () => renderJson(await tell(endpoint, hand, request)))
                : await tell(endpoint, hand, request);
            if (typeof told === 'string') return reply.type('text/plain; charset=utf-8').send(told);
            return reply.type('application/json').send(Buffer.isBuffer(told) ? told : renderJson(told));
          },
        });
        scope.route({ method: otherMethods(endpoint), url, handler: () => refuseMethod(endpoint) });
      }
    },
  };
}

interface Wanted {
  readonly name: string;
  readonly endpoint: SrcEndpoint;
  readonly facility: string;
}

/** What is asked before anything about an app, in this order. An unknown facility is told the mode of the default engine. */
async function findPlace(
  { context, modes }: { readonly context: Context; readonly modes: ModeReader },
  { name, endpoint, facility }: Wanted,
): Promise<{ readonly engine: string; readonly mode: 'solo' | 'swarm' }> {
  const { engines, policy } = context;
  const isDefault = facility === 'demo' && !engines.has('demo');
  const engine = isDefault ? policy.defaultEngine : facility;
  const isKnown = engines.has(engine);
  const { mode, isThere } = await modes.read(isKnown ? engine : policy.defaultEngine);
  if (endpoint.mode !== 'both' && endpoint.mode !== mode) throw words.wrongMode(name, mode);
  if (!isKnown) throw words.noFacility();
  if (!isThere) throw words.engineDown();
  return { engine, mode };
}

/** Clients know one text for an engine that is away, also where it goes while it is asked. */
async function tell(endpoint: SrcEndpoint, hand: Hand, request: FastifyRequest): Promise<unknown> {
  try {
    return await endpoint.answer(hand, parametersOf(request));
  } catch (error) {
    throw isProblem(error, 'engine-unreachable') ? words.engineDown() : error;
  }
}

/** Bytes, because the framework would add a charset to JSON, which has none. */
function renderJson(told: unknown): Buffer {
  return Buffer.from(JSON.stringify(told));
}

/** All parameters are in the query, whatever the method. */
function parametersOf({ query }: FastifyRequest): Parameters {
  const given = query as Readonly<Record<string, string | readonly string[] | undefined>>;
  return (name) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return typeof value === 'string' ? value : value?.[0];
  };
}

function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
}

function otherMethods({ method }: SrcEndpoint): string[] {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((one) => one !== method);
}

function refuseMethod({ method }: SrcEndpoint): never {
  const allow = method === 'GET' ? 'GET, HEAD' : method;
  throw new Problem('method-not-allowed', `This path takes ${allow}.`, { facts: { allow } });
}
