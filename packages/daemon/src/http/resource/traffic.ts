import { Traffic } from '@berth/spec/traffic';
import { readTraffic } from '../../use-cases/read-traffic.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { AppParams } from './app.ts';

export const trafficEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/traffic',
    operationId: 'readAppTraffic',
    summary: 'Read what visitors did with an app since the edge started',
    params: AppParams,
    answers: { 200: json(Traffic, 'The counters.') },
    problems: ['app-not-found', 'edge-unreachable'],
    handle: async ({ context, actor, params }) => answer(200, await readTraffic(context, actor, params.name)),
  }),
];
