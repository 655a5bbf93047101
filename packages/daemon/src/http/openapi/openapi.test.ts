import { problemTable } from '@berth/spec/problem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allEndpoints, routeTable } from '../route-table.ts';
import { openTestApi, type TestApi } from '../test-api.contract.ts';
import type { OperationObject } from './openapi-document.ts';
import { renderOpenApi } from './render-openapi.ts';

const document = renderOpenApi(routeTable);
const operations: readonly OperationObject[] = Object.values(document.paths).flatMap((methods) =>
  Object.values(methods),
);

test('no answer with a body is without a schema', () => {
  const bodiless = new Set(['101', '204', '304']);
  const untyped = operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, { content = {} }]) => {
      const schemas = Object.values(content).filter(({ schema }) => Object.keys(schema).length > 0);
      return schemas.length > 0 || bodiless.has(status) ? [] : [`${operationId} ${status}`];
    }),
  );
  expect(untyped).toEqual([]);
});

test('every operation has a name of its own, a summary, a chapter, and says whether it needs a token', () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { operationId, summary, tags, security } of operations) {
    expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(summary, operationId).toMatch(/^[A-Z].*[^.]$/);
    expect(tags, operationId).toHaveLength(1);
    expect(security, operationId).toBeInstanceOf(Array);
  }
});

test('every operation answers well in some way, and lists the problems it can answer with', () => {
  for (const { operationId, responses, 'x-problems': problems } of operations) {
    expect(
      Object.keys(responses).some((status) => /^[12]/.test(status)),
      operationId,
    ).toBe(true);
    const statuses = problems.map((code) => String(problemTable[code as keyof typeof problemTable].status));
    expect(new Set(Object.keys(responses).filter((status) => status >= '400')), operationId).toEqual(new Set(statuses));
  }
});

test('every problem of the table is told by some operation, by the router, or by an older API', () => {
  const told = new Set(operations.flatMap((operation) => operation['x-problems']));
  const ofTheRouter = ['route-not-found', 'method-not-allowed', 'too-many-requests'];
  const ofOlderApis = ['scale-failed', 'service-undefined'];
  expect(Object.keys(problemTable).filter((code) => !told.has(code))).toEqual([...ofTheRouter, ...ofOlderApis]);
});

test('every reference leads somewhere, and every component is led to', () => {
  const references = new Set(
    [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
  );
  expect(references).toEqual(new Set(Object.keys(document.components.schemas)));
});

test('what is given is told apart from what is taken only where they differ', () => {
  const { schemas } = document.components;
  expect(
    Object.keys(schemas)
      .filter((name) => name.endsWith('Input'))
      .map((name) => name.slice(0, -5)),
  ).toEqual(Object.keys(schemas).filter((name) => `${name}Input` in schemas));
  expect(schemas['AppRequest']?.['required']).toEqual(['image']);
  expect(schemas['AppSpec']?.['required']).toContain('restart');
});

test('the words of a verb stand where they are expected', () => {
  expect(operations.map(({ operationId }) => operationId)).toEqual(
    expect.arrayContaining([
      'listApps',
      'getApp',
      'deployApp',
      'patchApp',
      'removeApp',
      'startApp',
      'scaleApp',
      'batchAct',
      'readAppLogs',
    ]),
  );
});

describe('served', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  test('the document is the one that is checked in', async () => {
    expect((await api.call('GET /openapi.json', { token: null })).body).toEqual(JSON.parse(JSON.stringify(document)));
  });

  test('the router has each endpoint, and no other', () => {
    const routes = allEndpoints.map(({ method, path }) => ({ method, url: path.replace(/\{(\w+)\}/g, ':$1') }));
    for (const route of routes) expect(api.server.hasRoute(route), route.url).toBe(true);
  });

  test('the page names every operation and schema, and loads nothing', async () => {
    const page = await api.call('GET /docs', { token: null });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'/);
    for (const { operationId } of operations) expect(page.text).toContain(`id="${operationId}"`);
    for (const name of Object.keys(document.components.schemas)) expect(page.text).toContain(`id="schema-${name}"`);
    expect(page.text).not.toMatch(/<script|src=|href="(?!#|\/|data:,)/);
    const links = new Set([...page.text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id));
    const anchors = new Set([...page.text.matchAll(/id="([^"]+)"/g)].map(([, id]) => id));
    expect([...links].filter((id) => !anchors.has(id))).toEqual([]);
  });

  test('the root is a page for browsers and JSON for programs', async () => {
    const browser = await api.call('GET /', {
      token: null,
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect(browser.text).toContain('href="/docs"');
    expect(await api.call('GET /', { token: null })).toMatchObject({ status: 200, body: { documentation: '/docs' } });
  });
});
