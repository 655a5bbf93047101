import type { IncomingHttpHeaders } from 'node:http';
import type { ProblemCode } from '@berth/spec/problem';
import type { WebSocket } from '@fastify/websocket';
import type { z } from 'zod';
import type { Actor } from '../use-cases/actor.ts';
import type { Context } from '../use-cases/context.ts';
import type { AnswerOf, AnswerShapes } from './answer.ts';
import type { Services } from './services.ts';

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** One operation of the API, as data: the router, the checks, the OpenAPI document and the client are made from it. */
export interface Endpoint<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Shapes extends AnswerShapes,
  Caller,
> {
  readonly method: Method;
  /** In the form of OpenAPI: `/v1/apps/{name}`. */
  readonly path: string;
  /** The name of the method in generated clients. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Default: JSON. */
  readonly bodyTypes?: readonly string[];
  /** Request headers that mean something here, with their descriptions. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `never` for what must not be kept: secrets, streams. Default: every method but GET takes an idempotency key. */
  readonly idempotencyKey?: 'never';
  readonly answers: Shapes;
  /** Besides those that every endpoint can answer with. */
  readonly problems: readonly ProblemCode[];
  handle(
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>, Caller>,
  ): AnswerOf<Shapes> | Promise<AnswerOf<Shapes>>;
}

/** One request, parsed. */
export interface Call<Params, Query, Body, Caller> {
  readonly context: Context;
  readonly services: Services;
  readonly actor: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Aborts when the caller is gone or the server closes. */
  readonly signal: () => AbortSignal;
}

/** What waits for a socket: it is given one, or told that none comes. */
export interface SocketHolder {
  attach(socket: WebSocket): void;
  abandon(): void;
}

/** An endpoint of whatever shape, as the router and the document see it. */
export interface AnyEndpoint
  extends Omit<Endpoint<z.ZodObject, z.ZodObject, z.ZodType, AnswerShapes, never>, 'handle'> {
  readonly access: 'bearer' | 'public';
  handle(call: Call<unknown, unknown, unknown, Actor | undefined>): AnyAnswer | Promise<AnyAnswer>;
  /** Of WebSockets: everything that may be refused, before the connection is upgraded. */
  openSocket?(call: Call<unknown, unknown, unknown, Actor | undefined>): Promise<SocketHolder>;
}

type AnyAnswer = AnswerOf<AnswerShapes>;

/** An endpoint for callers with a token. */
export function endpoint<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Shapes extends AnswerShapes,
>(definition: Endpoint<Params, Query, Body, Shapes, Actor>): AnyEndpoint {
  return { ...definition, access: 'bearer' } as unknown as AnyEndpoint;
}

/** An endpoint for everybody. */
export function publicEndpoint<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Shapes extends AnswerShapes,
>(definition: Endpoint<Params, Query, Body, Shapes, undefined>): AnyEndpoint {
  return { ...definition, access: 'public' } as unknown as AnyEndpoint;
}

/** An endpoint that is a WebSocket; `handle` answers those who do not ask for one. */
export function socketEndpoint<Params extends z.ZodObject, Query extends z.ZodObject, Shapes extends AnswerShapes>(
  definition: Endpoint<Params, Query, z.ZodUndefined, Shapes, Actor> & {
    openSocket(call: Call<z.output<Params>, z.output<Query>, undefined, Actor>): Promise<SocketHolder>;
  },
): AnyEndpoint {
  return { ...definition, access: 'bearer' } as unknown as AnyEndpoint;
}
