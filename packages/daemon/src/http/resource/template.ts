import { ShortName } from '@berth/spec/name';
import { TemplatePage } from '@berth/spec/page';
import { Template, TemplateRequest } from '@berth/spec/spawn';
import { z } from 'zod';
import { listTemplates, putTemplate, removeTemplate, showTemplate } from '../../use-cases/templates.ts';
import { answer, json, nothing } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';

const TemplateParams = z.strictObject({ name: ShortName });

export const templateEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/templates',
    operationId: 'listTemplates',
    summary: 'List templates, by name',
    answers: { 200: json(TemplatePage, 'All of them, those of the settings too.') },
    problems: [],
    handle: ({ context, actor }) => answer(200, wholePage(listTemplates(context, actor))),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/templates/{name}',
    operationId: 'getTemplate',
    summary: 'Read a template',
    params: TemplateParams,
    answers: { 200: json(Template, 'The template.') },
    problems: ['template-not-found'],
    handle: ({ context, actor, params }) => answer(200, showTemplate(context, actor, params.name)),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/templates/{name}',
    operationId: 'putTemplate',
    summary: 'Keep a template: what apps are spawned from',
    description: 'For administrators. Holes that nothing fills are refused, and what fills to no valid request.',
    params: TemplateParams,
    body: TemplateRequest,
    answers: {
      200: json(Template, 'Changed; spawns that are there stay as they are.'),
      201: json(Template, 'Kept.'),
    },
    problems: ['policy-refused'],
    handle: async ({ context, actor, params, body }) => {
      const { template, created } = await putTemplate(context, actor, { name: params.name, request: body });
      return answer(created ? 201 : 200, template);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/templates/{name}',
    operationId: 'removeTemplate',
    summary: 'Forget a template; what was made of it lives on',
    params: TemplateParams,
    answers: { 204: nothing('Forgotten.') },
    problems: ['template-not-found', 'policy-refused'],
    handle: async ({ context, actor, params }) => {
      await removeTemplate(context, actor, params.name);
      return answer(204, null);
    },
  }),
];
