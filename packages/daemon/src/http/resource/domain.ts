import { DomainRoute } from '@berth/spec/app-route';
import { DomainHost, PathPrefix } from '@berth/spec/name';
import { DomainPage } from '@berth/spec/page';
import { z } from 'zod';
import { addDomain, removeDomain } from '../../use-cases/domains.ts';
import { showDomains } from '../../use-cases/get-app-view.ts';
import { acceptedAnswer, ifMatchHeader, operationAnswers, operationQueryFields } from '../accepted-answer.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { ifMatchOf } from '../entity-tag.ts';
import { wholePage } from '../paging.ts';
import { changeProblems, outcomeProblems } from '../problem-set.ts';
import { AppParams } from './app.ts';

export const domainEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/domains',
    operationId: 'listDomains',
    summary: 'List the domains of an app, beside its own host, and their certificates',
    params: AppParams,
    answers: { 200: json(DomainPage, 'All of them.') },
    problems: ['app-not-found'],
    handle: ({ context, actor, params }) => answer(200, wholePage(showDomains(context, actor, params.name))),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/apps/{name}/domains',
    operationId: 'addDomain',
    summary: 'Let a host and path prefix lead to an app',
    params: AppParams,
    query: z.strictObject({
      ...operationQueryFields,
      force: z
        .boolean()
        .default(false)
        .describe('Take it from the app that has it, where the caller may change that one too.'),
    }),
    body: DomainRoute,
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, 'domain-taken', ...outcomeProblems],
    handle: async (call) => {
      const { context, actor, params, headers, query, body } = call;
      const addition = {
        name: params.name,
        domain: body,
        force: query.force,
        dryRun: query.dryRun,
        ifMatch: ifMatchOf(context, headers, params.name),
      };
      return acceptedAnswer(call, await addDomain(context, actor, addition));
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/apps/{name}/domains',
    operationId: 'removeDomain',
    summary: 'Take a domain away from an app',
    params: AppParams,
    query: z.strictObject({ ...operationQueryFields, host: DomainHost, pathPrefix: PathPrefix.default('/') }),
    headers: ifMatchHeader,
    answers: operationAnswers,
    problems: [...changeProblems, 'domain-not-found', ...outcomeProblems],
    handle: async (call) => {
      const { context, actor, params, headers, query } = call;
      const { host, pathPrefix, dryRun } = query;
      const removal = {
        name: params.name,
        host,
        pathPrefix,
        dryRun,
        ifMatch: ifMatchOf(context, headers, params.name),
      };
      return acceptedAnswer(call, await removeDomain(context, actor, removal));
    },
  }),
];
