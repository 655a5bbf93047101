import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, type TestApi } from './test-api.contract.ts';

let api: TestApi;
let port: number;
beforeAll(async () => {
  api = await openTestApi();
  port = Number(new URL(await api.listen()).port);
  await api.deploy('hello');
});
afterAll(() => api.close());

test('an image becomes an app by one call', async () => {
  const answer = await api.call('PUT /v1/apps/shop?wait=5s', { body: { image: 'example/app:1' } });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ kind: 'deploy', state: 'succeeded', app: 'shop' });
  const app = await api.call('GET /v1/apps/shop');
  expect(app.body).toMatchObject({ state: 'running', ready: 1, url: 'http://shop.localhost:8080' });
});

test('who does not wait is told where the operation can be followed', async () => {
  const answer = await api.call('PUT /v1/apps/later', { body: { image: 'example/app:1' } });
  expect(answer.status).toBe(202);
  expect(answer.headers['location']).toBe(`/v1/operations/${String(answer.body['id'])}`);
  expect((await api.call(`GET ${answer.headers['location']}?wait=5s`)).body).toMatchObject({ state: 'succeeded' });
});

test('a HEAD is answered as a GET without its body', async () => {
  const [head, get] = [await api.call('HEAD /v1/apps/hello'), await api.call('GET /v1/apps/hello')];
  expect(head).toMatchObject({ status: 200, text: '' });
  expect(head.headers['etag']).toBe(get.headers['etag']);
  expect(await api.call('HEAD /v1/apps/gone')).toMatchObject({ status: 404, text: '' });
});

describe('what cannot be read', () => {
  test.each([
    ['an unknown path', 'GET /v1/nothing', {}, '404 route-not-found'],
    ['a path with a slash too many', 'GET /v1/apps/hello/', {}, '404 route-not-found'],
    ['an empty name', 'GET /v1/apps/', {}, '422 validation-failed'],
    ['a method that the path does not take', 'POST /v1/apps/hello', {}, '405 method-not-allowed'],
    ['broken percent-encoding', 'GET /v1/apps/%zz', {}, '400 malformed-request'],
    ['a NUL in a name', 'GET /v1/apps/a%00b', {}, '422 validation-failed'],
    ['a path out of the house', 'GET /v1/apps/..%2f..%2fetc%2fpasswd', {}, '422 validation-failed'],
    [
      'a name that differs by case',
      'PUT /v1/apps/Hello',
      { body: { image: 'example/app:1' } },
      '422 validation-failed',
    ],
    ['a name too long for the router', `GET /v1/apps/${'a'.repeat(600)}`, {}, '400 malformed-request'],
    ['JSON that is none', 'PUT /v1/apps/hello', json('{'), '400 malformed-request'],
    [
      'JSON without end',
      'PATCH /v1/apps/hello',
      json(`{"a":${'['.repeat(9000)}${']'.repeat(9000)}}`),
      '400 malformed-request',
    ],
    ['a poisoned prototype', 'PUT /v1/apps/hello', json('{"__proto__":{"admin":true}}'), '400 malformed-request'],
    ['no body where one is needed', 'PUT /v1/apps/hello', json(''), '422 validation-failed'],
    [
      'a form',
      'PUT /v1/apps/hello',
      { body: 'image=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      '415 unsupported-media-type',
    ],
    ['more than a mebibyte', 'PUT /v1/apps/hello', json(`"${'x'.repeat(1_100_000)}"`), '413 body-too-large'],
    ['an unknown query parameter', 'GET /v1/apps?limt=5', {}, '422 validation-failed'],
    ['a page too long', 'GET /v1/apps?limit=1001', {}, '422 validation-failed'],
    ['a parameter given twice', 'GET /v1/apps?limit=1&limit=2', {}, '422 validation-failed'],
    ['a made-up cursor', 'GET /v1/apps?cursor=!!', {}, '422 validation-failed'],
    [
      'a wait that is none',
      'PUT /v1/apps/hello?wait=soon',
      { body: { image: 'example/app:1' } },
      '422 validation-failed',
    ],
    ['a wait too long', 'PUT /v1/apps/hello?wait=11m', { body: { image: 'example/app:1' } }, '422 validation-failed'],
    [
      'a body that nobody asked for',
      'POST /v1/apps/hello/actions/start',
      { body: { replicas: 3 } },
      '422 validation-failed',
    ],
    ['a WebSocket path without an upgrade', 'GET /v1/apps/hello/exec?command=ls', {}, '400 malformed-request'],
  ] as const)('%s is refused', async (...[, line, options, expected]) => {
    const answer = await api.call(line, options);
    expect(`${answer.status} ${String(answer.body['code'])}`).toBe(expected);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  test.each([
    ['ports[0].containerPort', { image: 'a', ports: [{ containerPort: 70_000 }] }],
    ['image', {}],
    ['imag', { image: 'a', imag: 'b' }],
    ['domains[0].host', { image: 'a', domains: [{ host: 'Not A Host' }] }],
    ['env.PATH', { image: 'a', env: { PATH: 7 } }],
    [
      'files',
      {
        image: 'a',
        files: [
          { path: '/a', content: '' },
          { path: '/a', content: '' },
        ],
      },
    ],
    ['replicas', { image: 'a', replicas: 1.5 }],
  ])('a wrong field is named: %s', async (field, body) => {
    const answer = await api.call('PUT /v1/apps/hello', { body });
    expect(answer.status).toBe(422);
    expect(answer.body['errors']).toContainEqual({ field, detail: expect.any(String) });
  });

  test('a wrong method is told the right ones', async () => {
    expect((await api.call('DELETE /v1/apps/hello/domains/x')).status).toBe(404);
    const answer = await api.call('POST /v1/apps/hello');
    expect(answer.headers['allow']).toBe('GET, HEAD, PUT, PATCH, DELETE');
  });

  test.each([
    ['bytes that are no request', 'hello?\r\n\r\n'],
    ['a control character in the path', 'GET /v1/a\x01b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two lengths', 'POST /v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    ['a head without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`],
  ])('%s end the connection with a problem', async (_what, bytes) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ code: 'malformed-request' });
  });
});

test('what nobody foresaw is a 500 that tells an id and nothing else', async () => {
  const logged: unknown[] = [];
  const logger = { error: (facts: unknown) => logged.push(facts) } as never;
  const other = await openTestApi({
    logger,
    readiness: () => {
      throw new Error('secret words');
    },
  });
  const answer = await other.call('GET /readyz', { token: null });
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal', incident: expect.any(String) } });
  expect(answer.text).not.toContain('secret');
  expect(logged).toMatchObject([{ incident: answer.body['incident'], err: { message: 'secret words' } }]);
  await other.close();
});

function json(body: string): { body: string; headers: Record<string, string> } {
  return { body, headers: { 'content-type': 'application/json' } };
}
