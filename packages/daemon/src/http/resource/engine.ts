import { Engine } from '@berth/spec/engine';
import { ShortName } from '@berth/spec/name';
import { EnginePage, RoutePage } from '@berth/spec/page';
import { z } from 'zod';
import { listEngines, showEngine } from '../../use-cases/engines.ts';
import { listRoutes } from '../../use-cases/routes.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';
import { unchanged, unchangedHeaders, viewAnswer } from '../view-answer.ts';

export const engineEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/engines',
    operationId: 'listEngines',
    summary: 'List the engines, and how they are',
    headers: unchangedHeaders,
    answers: { 200: json(EnginePage, 'All of them.', { ETag: 'Changes with the content.' }), 304: unchanged },
    problems: [],
    handle: (call) => viewAnswer(call, () => wholePage(listEngines(call.context, call.actor))),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/engines/{name}',
    operationId: 'getEngine',
    summary: 'Read how an engine is',
    params: z.strictObject({ name: ShortName }),
    answers: { 200: json(Engine, 'The engine.') },
    problems: ['engine-not-found'],
    handle: ({ context, actor, params }) => answer(200, showEngine(context, actor, params.name)),
  }),
];

export const routeEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/routes',
    operationId: 'listRoutes',
    summary: 'List the hosts and path prefixes that lead to apps',
    headers: unchangedHeaders,
    answers: { 200: json(RoutePage, 'All of them.', { ETag: 'Changes with the content.' }), 304: unchanged },
    problems: [],
    handle: (call) => viewAnswer(call, () => wholePage(listRoutes(call.context, call.actor))),
  }),
];
