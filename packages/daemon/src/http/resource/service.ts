import { Problem } from '@berth/spec/problem';
import { Health, Welcome } from '@berth/spec/service';
import { z } from 'zod';
import { authorize } from '../../use-cases/actor.ts';
import { preferredType } from '../accept-header.ts';
import { answer, json, text } from '../answer.ts';
import { endpoint, publicEndpoint } from '../endpoint.ts';
import { renderDocsPage } from '../page/docs-page.ts';
import { pageHeaders } from '../page/html.ts';
import { renderLandingPage } from '../page/landing-page.ts';

const htmlType = 'text/html; charset=utf-8';
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

const securityHeaders = {
  'Content-Security-Policy': 'The page loads nothing from elsewhere.',
  'Referrer-Policy': '`no-referrer`.',
};

const ok: z.output<typeof Health> = { status: 'ok' };

export const serviceEndpoints = [
  publicEndpoint({
    method: 'GET',
    path: '/healthz',
    operationId: 'getHealth',
    summary: 'Ask whether the process serves',
    answers: { 200: json(Health, 'It does.') },
    problems: [],
    handle: () => answer(200, ok),
  }),
  publicEndpoint({
    method: 'GET',
    path: '/readyz',
    operationId: 'getReadiness',
    summary: 'Ask whether the engines are in sync and the edge is connected',
    answers: { 200: json(Health, 'They are.') },
    problems: ['engine-unreachable'],
    handle: ({ services }) => {
      const { ready, reason } = services.options.readiness();
      if (!ready) throw new Problem('engine-unreachable', reason ?? 'Not ready yet.');
      return answer(200, ok);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/metrics',
    operationId: 'getMetrics',
    summary: 'Read the metrics, in the text format of Prometheus',
    description: 'For administrators: needs the scopes `read` and `admin`.',
    answers: { 200: text('The metrics.', { [metricsType]: z.string() }) },
    problems: [],
    handle: async ({ context, services, actor }) => {
      authorize(actor, { scope: 'read', owner: null });
      // Loaded when somebody first asks: a daemon that nobody scrapes need not hold it in memory.
      const { renderMetrics } = await import('../metric/render-metrics.ts');
      return answer(200, { mediaType: metricsType, text: await renderMetrics(context, services) });
    },
  }),
  publicEndpoint({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'Read this API’s description in OpenAPI 3.1',
    answers: { 200: json(z.record(z.string(), z.unknown()), 'The document.') },
    problems: [],
    handle: ({ services }) => answer(200, { ...services.document() }),
  }),
  publicEndpoint({
    method: 'GET',
    path: '/docs',
    operationId: 'getDocs',
    summary: 'Read this API’s description as a page',
    answers: { 200: { ...text('The page.', { [htmlType]: z.string() }), headers: securityHeaders } },
    problems: [],
    handle: ({ services }) =>
      answer(200, { mediaType: htmlType, text: renderDocsPage(services.document()) }, pageHeaders),
  }),
  publicEndpoint({
    method: 'GET',
    path: '/',
    operationId: 'getWelcome',
    summary: 'Find the way to the rest',
    description: 'A page for browsers, JSON for programs, as `Accept` asks.',
    answers: {
      200: {
        ...text('Where to go on.', { 'application/json': Welcome, [htmlType]: z.string() }),
        headers: securityHeaders,
      },
    },
    problems: [],
    handle: ({ headers }) => {
      if (preferredType(headers.accept, ['application/json', 'text/html']) === 'text/html') {
        return answer(200, { mediaType: htmlType, text: renderLandingPage() }, pageHeaders);
      }
      const welcome: z.output<typeof Welcome> = {
        name: 'berth',
        documentation: '/docs',
        openapi: '/openapi.json',
        api: '/v1',
      };
      return answer(200, { mediaType: 'application/json', text: JSON.stringify(welcome) });
    },
  }),
];
