import { App, AppState } from '@berth/spec/app';
import { AppPatch, AppRequest } from '@berth/spec/app-spec';
import { AppName, ShortName, UserName } from '@berth/spec/name';
import { AppPage } from '@berth/spec/page';
import { fieldProblem } from '@berth/spec/problem';
import { z } from 'zod';
import { deployApp } from '../../use-cases/deploy-app.ts';
import { showApp } from '../../use-cases/get-app-view.ts';
import { listApps } from '../../use-cases/list-apps.ts';
import { patchApp } from '../../use-cases/patch-app.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import {
  acceptedAnswer,
  creationAnswer,
  creationAnswers,
  ifMatchHeader,
  operationAnswers,
  OperationQuery,
  operationQueryFields,
} from '../accepted-answer.ts';
import { json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { appTag, ifMatchOf, isOnlyNew } from '../entity-tag.ts';
import { pagingFields } from '../paging.ts';
import { changeProblems, engineProblems, outcomeProblems } from '../problem-set.ts';
import { unchanged, unchangedHeaders, viewAnswer } from '../view-answer.ts';

/** Paths below one app. */
export const AppParams = z.strictObject({ name: AppName });

export const appEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps',
    operationId: 'listApps',
    summary: 'List apps, by name',
    query: z.strictObject({
      ...pagingFields,
      owner: UserName.optional().describe('Only those of this user.'),
      state: AppState.optional().describe('Only those in this state.'),
    }),
    headers: unchangedHeaders,
    answers: {
      200: json(AppPage, 'Those that the caller may see.', { ETag: 'Changes with the content.' }),
      304: unchanged,
    },
    problems: [],
    handle: (call) => viewAnswer(call, () => listApps(call.context, call.actor, call.query)),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}',
    operationId: 'getApp',
    summary: 'Read an app',
    params: AppParams,
    headers: unchangedHeaders,
    answers: {
      200: json(App, 'The app.', { ETag: 'Its version, for `If-Match`; what follows the dot changes with the state.' }),
      304: unchanged,
    },
    problems: ['app-not-found'],
    handle: (call) => viewAnswer(call, () => showApp(call.context, call.actor, call.params.name), appTag),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/apps/{name}',
    operationId: 'deployApp',
    summary: 'Deploy an app: make a new release of it, and the app where there is none',
    params: AppParams,
    query: OperationQuery,
    body: AppRequest,
    headers: { ...ifMatchHeader, 'If-None-Match': '`*`: only where there is no app of this name.' },
    answers: creationAnswers,
    problems: [...changeProblems, 'name-taken', 'domain-taken', 'port-taken', 'policy-refused', ...outcomeProblems],
    handle: async (call) => {
      const { context, actor, params, headers, query, body } = call;
      const conditions = {
        ifMatch: ifMatchOf(context, headers, params.name),
        onlyNew: isOnlyNew(headers),
        dryRun: query.dryRun,
      };
      return creationAnswer(call, await deployApp(context, actor, { name: params.name, request: body, ...conditions }));
    },
  }),
  endpoint({
    method: 'PATCH',
    path: '/v1/apps/{name}',
    operationId: 'patchApp',
    summary: 'Change parts of an app and deploy it',
    description:
      'A JSON merge patch (RFC 7396) of what PUT takes: fields that are left out stay, null takes an optional field away.',
    params: AppParams,
    query: OperationQuery,
    body: AppPatch,
    bodyTypes: ['application/json', 'application/merge-patch+json'],
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, 'domain-taken', 'port-taken', 'policy-refused', ...outcomeProblems],
    handle: async (call) => {
      const { context, actor, params, headers, query, body } = call;
      const patch = {
        name: params.name,
        patch: body,
        ifMatch: ifMatchOf(context, headers, params.name),
        dryRun: query.dryRun,
      };
      return acceptedAnswer(call, await patchApp(context, actor, patch));
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/apps/{name}',
    operationId: 'removeApp',
    summary: 'Remove an app',
    description: 'Its volumes stay, but for those that are named: data goes only when somebody says so.',
    params: AppParams,
    query: z.strictObject({
      ...operationQueryFields,
      volumes: z
        .string()
        .max(4096)
        .optional()
        .describe('The volumes to remove with it, separated by commas, or `all`.'),
    }),
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, 'volume-not-found', ...engineProblems, ...outcomeProblems],
    handle: async (call) => {
      const { context, actor, params, headers, query } = call;
      const removal = {
        name: params.name,
        volumes: parseVolumes(query.volumes),
        ifMatch: ifMatchOf(context, headers, params.name),
        dryRun: query.dryRun,
      };
      return acceptedAnswer(call, await removeApp(context, actor, removal));
    },
  }),
];

function parseVolumes(text: string | undefined): readonly string[] | 'all' {
  if (text === undefined || text === '') return [];
  if (text === 'all') return 'all';
  return text.split(',').map((name) => {
    const parsed = ShortName.safeParse(name);
    if (parsed.success) return parsed.data;
    throw fieldProblem('volumes', 'must be names separated by commas, or all');
  });
}
