import { ProblemDocument } from '@berth/spec/problem-document';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arbitraryRequest, type FuzzAnswer, type FuzzTarget, sendFuzz } from './fuzz-request.contract.ts';
import { renderOpenApi } from './openapi/render-openapi.ts';
import { routeTable } from './route-table.ts';
import { openTestApi, type TestApi, until } from './test-api.contract.ts';

const runs = 40;
const deadlineMs = 4000;

const document = renderOpenApi(routeTable);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method,
    operation,
    document,
    name: operation.operationId,
  })),
);

let api: TestApi;
let port: number;

beforeAll(async () => {
  api = await openTestApi();
  port = Number(new URL(await api.listen()).port);
});
afterAll(() => api.close());

test.each(operations)(
  '$name answers whatever comes as it says in the document',
  { timeout: 120_000 },
  async (operation) => {
    const target: FuzzTarget = { ...operation, token: api.token };
    await Promise.all(['app-1', 'app-2'].map(deploy));
    await fc.assert(
      fc.asyncProperty(arbitraryRequest(target), async (request) => {
        judge(target, await sendFuzz(port, request, deadlineMs));
      }),
      { numRuns: runs },
    );
  },
);

/** Whatever the operations before have left of it. */
async function deploy(name: string): Promise<void> {
  const headers = { authorization: `Bearer ${api.token}` };
  await until(async () => {
    const url = `/v1/apps/${name}?wait=2s`;
    const { statusCode } = await api.server.inject({
      method: 'PUT',
      url,
      headers,
      payload: { image: 'example/app:1' },
    });
    return statusCode < 300;
  });
}

function judge({ operation }: FuzzTarget, answer: FuzzAnswer): void {
  const { status, body, headers } = answer;
  expect(status, body ?? '').not.toBe(500);
  expect(Object.keys(operation.responses), `${status} ${body}`).toContain(String(status));
  if (status < 400) return;
  expect(headers['content-type']).toBe('application/problem+json');
  const problem = ProblemDocument.parse(JSON.parse(body ?? ''));
  expect(problem.status).toBe(status);
  expect(operation['x-problems']).toContain(problem.code);
}
