import { Problem } from '@berth/spec/problem';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Actor } from '../use-cases/actor.ts';
import { expectBody } from './body-deadline.ts';
import type { AnyEndpoint, SocketHolder } from './endpoint.ts';
import { readJsonBodies } from './json-body.ts';
import { readCall } from './read-call.ts';
import { passBodies, passedTypes } from './passed-body.ts';
import { callerOf, serveEndpoint, type Serving } from './serve-endpoint.ts';
import { cutSlowReader } from './stream/impatience.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined where anybody may. */
    actor: Actor | undefined;
    /** What the socket is for, between its acceptance and its upgrade. */
    socketHolder: SocketHolder | undefined;
  }
}

const jsonTypes = ['application/json'];

/** Puts all endpoints into the router; those that take the same bodies share a scope with the parsers for them. */
export function addRoutes(server: FastifyInstance, endpoints: readonly AnyEndpoint[], serving: Serving): void {
  server.decorateRequest('actor', undefined);
  server.decorateRequest('socketHolder', undefined);
  const byBody = Map.groupBy(endpoints, ({ bodyTypes = jsonTypes }) => bodyTypes.join());
  for (const [types, own] of byBody) {
    void server.register(async (scope) => {
      if (passedTypes.has(types)) passBodies(scope, types);
      else readJsonBodies(scope, types.split(','));
      for (const endpoint of own) scope.route(renderRoute(endpoint, serving));
    });
  }
}

function renderRoute(endpoint: AnyEndpoint, serving: Serving): RouteOptions {
  const { context, services } = serving;
  const isPassed = endpoint.bodyTypes?.some((type) => passedTypes.has(type)) === true;
  const hasSmallBody = endpoint.method !== 'GET' && !isPassed;
  const mediaTypes = Object.values(endpoint.answers).flatMap(({ content }) => Object.keys(content));
  const hasStream = mediaTypes.some((type) => type !== 'application/json');
  return {
    method: endpoint.method,
    url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
    handler: serveEndpoint(endpoint, serving),
    onRequest: (request, reply, done) => {
      if (services.closing.aborted)
        return done(new Problem('shutting-down', 'Berth is shutting down; try again in a moment.'));
      request.actor = callerOf(context, endpoint, request);
      if (hasSmallBody) expectBody(request.raw);
      if (hasStream) cutSlowReader(reply.raw);
      done();
    },
    ...(endpoint.openSocket === undefined ? {} : socketRoute(endpoint, serving)),
  };
}

/** All that can be refused is refused while the answer can be a problem; then the connection is upgraded. */
function socketRoute(
  endpoint: AnyEndpoint,
  { context, services }: Serving,
): Pick<RouteOptions, 'preHandler' | 'wsHandler'> {
  return {
    preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (!request.ws) return;
      const holder = await endpoint.openSocket?.(
        readCall(endpoint, request, { context, services, actor: request.actor, reply }),
      );
      request.socketHolder = holder;
      request.raw.socket.once('close', () => holder?.abandon());
      if (request.raw.socket.destroyed) holder?.abandon();
    },
    wsHandler: (socket, request) => request.socketHolder?.attach(socket),
  };
}
