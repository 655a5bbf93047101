import { PastRequestPage } from '@berth/spec/page';
import { readHistory } from '../../use-cases/read-history.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';
import { AppParams } from './app.ts';

export const historyEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/history',
    operationId: 'readAppHistory',
    summary: 'Read the last requests that went to an app',
    description: 'Oldest first. They are remembered where `route.history` says how many, as long as the edge lives.',
    params: AppParams,
    answers: { 200: json(PastRequestPage, 'All that are remembered.') },
    problems: ['app-not-found', 'edge-unreachable'],
    handle: async ({ context, actor, params }) =>
      answer(200, wholePage(await readHistory(context, actor, params.name))),
  }),
];
