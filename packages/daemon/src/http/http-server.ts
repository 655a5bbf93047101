import websocket from '@fastify/websocket';
import { execProtocol } from '@berth/spec/terminal';
import { fastify, type FastifyInstance } from 'fastify';
import type { Context } from '../use-cases/context.ts';
import { addRoutes } from './add-routes.ts';
import { closeConnections } from './close-connections.ts';
import { refuseBytes } from './client-error.ts';
import { dialectScope } from './dialect-server.ts';
import { bodyLimit, frameworkOptions } from './framework-options.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { OperationCounts } from './metric/operation-counts.ts';
import { RequestCounts } from './metric/request-counts.ts';
import type { OpenApiDocument } from './openapi/openapi-document.ts';
import { renderOpenApi } from './openapi/render-openapi.ts';
import { RenderedViews } from './rendered-views.ts';
import { allEndpoints, routeTable } from './route-table.ts';
import { refusePath } from './unknown-path.ts';
import { isSocketRequest } from './socket-request.ts';
import { sendProblem } from './send-problem.ts';
import type { HttpOptions, Services } from './services.ts';

/** The API's server, not yet listening. Closing it ends its streams and sockets in order, and cuts what then still hangs. */
export function createHttpServer(context: Context, options: HttpOptions): FastifyInstance {
  const closing = new AbortController();
  const services = createServices(context, options, closing.signal);
  const around = { context, options };
  const server = fastify({
    ...frameworkOptions,
    http: { headersTimeout: 20_000, shouldUpgradeCallback: isSocketRequest },
    frameworkErrors: (error, request, reply) => void sendProblem(around, error, { request, reply }),
    clientErrorHandler: refuseBytes,
  });
  server.setErrorHandler((error, request, reply) => sendProblem(around, error, { request, reply }));
  server.setNotFoundHandler((request) => refusePath(allEndpoints, request));
  server.addHook('onResponse', (request, reply, done) => {
    services.requests.add(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode);
    done();
  });
  server.addHook('preClose', (done) => {
    closing.abort();
    closeConnections(server.server);
    done();
  });
  void server.register(websocket, {
    options: {
      maxPayload: bodyLimit,
      handleProtocols: (offered) => (offered.has(execProtocol) ? execProtocol : false),
    },
  });
  void server.register(async (scope) =>
    addRoutes(scope, allEndpoints, { context, services, keys: new IdempotencyKeys(context) }),
  );
  for (const { prefix, dialect } of options.dialects ?? [])
    void server.register(dialectScope(dialect, around), { prefix });
  return server;
}

function createServices(context: Context, options: HttpOptions, closing: AbortSignal): Services {
  let document: OpenApiDocument | undefined;
  return {
    options,
    closing,
    views: new RenderedViews(context),
    requests: new RequestCounts(),
    operations: new OperationCounts(context.ledger),
    document: () => (document ??= renderOpenApi(routeTable)),
  };
}
