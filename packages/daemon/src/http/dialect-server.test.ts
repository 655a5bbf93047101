import { Problem } from '@berth/spec/problem';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Dialect } from '../dialect-kit/dialect.ts';
import { TextRefusal } from '../dialect-kit/text-refusal.ts';
import { addressOf, createDialectServer } from './dialect-server.ts';
import { openTestApi, type TestApi } from './test-api.contract.ts';

const dialect: Dialect = {
  addRoutes: (scope) => {
    scope.get('/', async () => 'outline');
    scope.post('/echo', async ({ body }) => ({ body }));
    scope.post('/text', () => {
      throw new TextRefusal(400, 'No <b>name</b> provided');
    });
    scope.post('/problem', () => {
      throw new Problem('app-not-found', 'There is no such app.');
    });
    scope.post('/fault', () => {
      throw new Error('a secret');
    });
  },
};

let api: TestApi;
let server: FastifyInstance;
let base: string;
beforeEach(async () => {
  api = await openTestApi();
  const options = { logger: pino({ enabled: false }), readiness: () => ({ ready: true, reason: null }) };
  server = createDialectServer(dialect, { context: api.world, options });
  await server.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${addressOf(server).port}`;
});
afterEach(async () => {
  await server.close();
  await api.close();
});

const post = (path: string, body?: string, type = 'application/json') =>
  fetch(`${base}${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body, headers: { 'content-type': type } }),
  });

describe('a dialect', () => {
  test('refuses in its own words, which no browser takes for a page', async () => {
    const answer = await post('/text');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe('No <b>name</b> provided');
  });

  test('answers a problem as the API does', async () => {
    const answer = await post('/problem');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'app-not-found', detail: 'There is no such app.' });
  });

  test('says nothing of what went wrong inside but where to look', async () => {
    const answer = await post('/fault');
    expect(answer.status).toBe(500);
    const document = (await answer.json()) as { incident: string };
    expect(JSON.stringify(document)).not.toContain('secret');
    expect(document.incident).not.toBe('');
  });

  test.each([
    ['{', 'application/json', 400],
    ['{"a":1}', 'text/plain', 415],
    [JSON.stringify({ a: 'x'.repeat(1_100_000) }), 'application/json', 413],
  ])('takes no body that is not JSON of a decent size', async (body, type, status) => {
    expect((await post('/echo', body, type)).status).toBe(status);
  });

  test('has nothing at other paths', async () => {
    expect((await fetch(`${base}/v1/apps`)).status).toBe(404);
    expect((await post('/')).status).toBe(404);
  });
});
