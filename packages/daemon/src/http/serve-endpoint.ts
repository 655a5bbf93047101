import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../use-cases/actor.ts';
import { authenticate } from '../use-cases/authenticate.ts';
import type { Context } from '../use-cases/context.ts';
import type { Answer } from './answer.ts';
import { bearerOf, socketBearerOf } from './bearer.ts';
import type { AnyEndpoint } from './endpoint.ts';
import { type IdempotencyKeys, keyedRequest } from './idempotency.ts';
import { type AnyCall, readCall } from './read-call.ts';
import { renderProblem } from './render-problem.ts';
import { checkAnswer, type RenderedAnswer, renderAnswer, sendAnswer } from './rendered-answer.ts';
import type { Services } from './services.ts';

export interface Serving {
  readonly context: Context;
  readonly services: Services;
  readonly keys: IdempotencyKeys;
}

/** Who asks; known before the body is read, so that a stranger's body is not. */
export function callerOf(context: Context, endpoint: AnyEndpoint, request: FastifyRequest): Actor | undefined {
  return endpoint.access === 'public'
    ? undefined
    : authenticate(context, request.ws ? socketBearerOf(request.headers) : bearerOf(request.headers));
}

/** The handler of one endpoint: parse, act, render. Anything thrown goes to the server's error handler. */
export function serveEndpoint(endpoint: AnyEndpoint, serving: Serving) {
  const { context, services } = serving;
  const takesKey = endpoint.method !== 'GET' && endpoint.idempotencyKey !== 'never';
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> => {
    const { actor } = request;
    const call = readCall(endpoint, request, { context, services, actor, reply });
    const key = takesKey ? keyedRequest(actor?.user ?? '', { ...call, body: request.body }) : undefined;
    if (key !== undefined)
      return answerOnce(serving, { endpoint, call, key, request }).then((answer) => sendAnswer(reply, answer));
    const answer = endpoint.handle(call);
    if (answer instanceof Promise) return answer.then((one) => sendAnswer(reply, finish(endpoint, services, one)));
    return sendAnswer(reply, finish(endpoint, services, answer));
  };
}

interface KeyedCall {
  readonly endpoint: AnyEndpoint;
  readonly call: AnyCall;
  readonly key: NonNullable<ReturnType<typeof keyedRequest>>;
  readonly request: FastifyRequest;
}

function answerOnce(
  { context, services, keys }: Serving,
  { endpoint, call, key, request }: KeyedCall,
): Promise<RenderedAnswer> {
  return keys.answer(key, async () => {
    try {
      return finish(endpoint, services, await endpoint.handle(call));
    } catch (error) {
      const { status, headers, text } = renderProblem(error, {
        log: services.options.logger,
        newId: () => context.clock.newId(),
        method: request.method,
        url: request.url,
      });
      return { status, headers, body: text };
    }
  });
}

function finish(endpoint: AnyEndpoint, { options }: Services, answer: Answer): RenderedAnswer {
  if (options.checkAnswers === true) checkAnswer(endpoint, answer);
  return renderAnswer(answer);
}
