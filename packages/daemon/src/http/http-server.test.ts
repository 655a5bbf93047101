import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from './test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const auth = () => ({ authorization: `Bearer ${api.token}` });

test('an image becomes an app by one call', async () => {
  const answer = await api.server.inject({
    method: 'PUT',
    url: '/v1/apps/hello?wait=5s',
    headers: auth(),
    payload: { image: 'example/app:1' },
  });
  expect(answer.json()).toMatchObject({ kind: 'deploy', state: 'succeeded', app: 'hello' });
  expect(answer.statusCode).toBe(201);
  const app = await api.server.inject({ method: 'GET', url: '/v1/apps/hello', headers: auth() });
  expect(app.json()).toMatchObject({ name: 'hello', state: 'running', url: 'http://hello.localhost:8080' });
});
