import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import type { Dialect, DialectAddress } from '../dialect-kit/dialect.ts';
import { TextRefusal } from '../dialect-kit/text-refusal.ts';
import type { Context } from '../use-cases/context.ts';
import { refuseBytes } from './client-error.ts';
import { closeConnections } from './close-connections.ts';
import { frameworkOptions } from './framework-options.ts';
import { readJsonBodies } from './json-body.ts';
import { sendProblem } from './send-problem.ts';
import type { HttpOptions } from './services.ts';
import { refuseUnknown } from './unknown-path.ts';

interface Around {
  readonly context: Context;
  readonly options: HttpOptions;
}

/** A server of the dialect's own, not yet listening. */
export function createDialectServer(dialect: Dialect, around: Around): FastifyInstance {
  const server = fastify({
    ...frameworkOptions,
    http: { headersTimeout: 20_000 },
    frameworkErrors: (error, request, reply) => void sendProblem(around, error, { request, reply }),
    clientErrorHandler: refuseBytes,
  });
  server.addHook('preClose', (done) => {
    closeConnections(server.server);
    done();
  });
  void server.register(dialectScope(dialect, around));
  return server;
}

/**
 * The plug-in that serves a dialect, at a server of its own or under a prefix of the API. What its routes throw becomes its
 * text or a problem, never a page. JSON is the only kind of body until the dialect adds others.
 */
export function dialectScope(dialect: Dialect, around: Around): (scope: FastifyInstance) => Promise<void> {
  return async (scope) => {
    readJsonBodies(scope, ['application/json']);
    scope.setErrorHandler((error, request, reply) => {
      if (!(error instanceof TextRefusal)) return sendProblem(around, error, { request, reply });
      return reply.code(error.status).type('text/plain; charset=utf-8').send(error.message);
    });
    scope.setNotFoundHandler(refuseUnknown);
    scope.addHook('onSend', async (_request, reply) => {
      reply.header('x-content-type-options', 'nosniff');
    });
    await dialect.addRoutes(scope);
  };
}

/** Where a listening server is reached by programs of this machine. */
export function addressOf(server: FastifyInstance, prefix = ''): DialectAddress {
  const { address, port } = server.server.address() as AddressInfo;
  const isEverywhere = address === '::' || address === '0.0.0.0';
  return { host: isEverywhere ? '127.0.0.1' : address, port, prefix };
}
