import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await Promise.all(['one', 'two'].map((name) => api.deploy(name)));
  await api.call('POST /v1/apps/two/actions/stop?wait=5s');
});
afterAll(() => api.close());

const metrics = async () => (await api.call('GET /metrics')).text.split('\n');

test('apps, operations, engines and the process are counted', async () => {
  const lines = await metrics();
  expect(lines).toEqual(
    expect.arrayContaining([
      'berth_apps{state="running"} 1',
      'berth_apps{state="stopped"} 1',
      'berth_engine_connected{engine="local"} 1',
      'berth_operations_running 0',
      'berth_operations_total{kind="deploy",state="succeeded"} 2',
      'berth_operations_total{kind="stop",state="succeeded"} 1',
      '# TYPE berth_operations_total counter',
    ]),
  );
  expect(lines.find((line) => line.startsWith('process_resident_memory_bytes '))).toMatch(/ \d{7,}$/);
});

test('requests are counted by route and status, whatever the path', async () => {
  await Promise.all([1, 2, 3].map(() => api.call('GET /v1/apps/gone')));
  await api.call('GET /what/is/this');
  const lines = await metrics();
  expect(lines).toContain('berth_http_requests_total{method="GET",route="/v1/apps/:name",status="404"} 3');
  expect(lines).toContain('berth_http_requests_total{method="GET",route="unknown",status="404"} 1');
});

test('visitors are counted by app, while the edge answers', async () => {
  api.edge.visit('one.localhost');
  expect(await metrics()).toEqual(
    expect.arrayContaining([
      'berth_edge_connected 1',
      'berth_edge_requests_total{app="one"} 1',
      'berth_edge_requests_in_flight{app="one"} 1',
    ]),
  );
  api.edge.disconnect();
  expect(await metrics()).toContain('berth_edge_connected 0');
  api.edge.connect();
});

test('metrics are for administrators', async () => {
  expect(await api.call('GET /metrics', { token: await api.tokenFor('ada') })).toMatchObject({ status: 403 });
});
