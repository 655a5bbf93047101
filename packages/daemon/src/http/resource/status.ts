import { AppStatus } from '@berth/spec/app';
import { InstancePage } from '@berth/spec/page';
import { showInstances, showStatus } from '../../use-cases/get-app-view.ts';
import { json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';
import { unchanged, unchangedHeaders, viewAnswer } from '../view-answer.ts';
import { AppParams } from './app.ts';

export const statusEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/status',
    operationId: 'getAppStatus',
    summary: 'Read how an app is: its instances, and the operation under way',
    params: AppParams,
    headers: unchangedHeaders,
    answers: { 200: json(AppStatus, 'The status.', { ETag: 'Changes with the content.' }), 304: unchanged },
    problems: ['app-not-found'],
    handle: (call) => viewAnswer(call, () => showStatus(call.context, call.actor, call.params.name)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/instances',
    operationId: 'listInstances',
    summary: 'List the instances of an app, newest release first',
    params: AppParams,
    headers: unchangedHeaders,
    answers: { 200: json(InstancePage, 'All of them.', { ETag: 'Changes with the content.' }), 304: unchanged },
    problems: ['app-not-found'],
    handle: (call) => viewAnswer(call, () => wholePage(showInstances(call.context, call.actor, call.params.name))),
  }),
];
