import type { FastifyServerOptions } from 'fastify';

/** Of one request, in bytes, where nothing else is said. */
export const bodyLimit = 1024 * 1024;

/** What every server here is told. Requests are parsed and answers rendered by our own schemas: the framework's compilers would be loaded, 10 MB of them, and never used. */
export const frameworkOptions = {
  bodyLimit,
  logger: false,
  return503OnClosing: false,
  routerOptions: { maxParamLength: 512 },
  schemaController: {
    compilersFactory: { buildValidator: () => () => () => true, buildSerializer: () => () => JSON.stringify },
  } as unknown as NonNullable<FastifyServerOptions['schemaController']>,
} as const satisfies FastifyServerOptions;
