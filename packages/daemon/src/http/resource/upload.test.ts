import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.close());

const bytes = { 'content-type': 'application/octet-stream' };

test('an uploaded file is in the app that names it, before it starts', async () => {
  const kept = await api.call('POST /v1/uploads?name=hello.txt', { body: Buffer.from('Hello World'), headers: bytes });
  expect(kept.status).toBe(201);
  const id = String(kept.body['id']);
  const reply = await api.deploy('shop', { files: [{ path: '/www/hello.txt', upload: id }] });
  expect(reply.status, reply.text).toBe(201);
  const [container] = await api.engine.containers.list([]);
  expect(await text(await api.engine.containers.getArchive(container?.id ?? '', '/www/hello.txt'))).toContain(
    'Hello World',
  );
  expect((await api.call('GET /v1/uploads')).body['items']).toMatchObject([{ id, apps: ['shop'], sizeBytes: 11 }]);
  expect((await api.call(`DELETE /v1/uploads/${id}`)).status).toBe(409);
});

test('what is no file is refused: another type, no name, no body to speak of', async () => {
  const refused = await api.call('POST /v1/uploads?name=x', { body: { a: 1 } });
  expect(refused.status).toBe(415);
  expect((await api.call('POST /v1/uploads', { body: Buffer.from('x'), headers: bytes })).status).toBe(422);
  expect((await api.call('POST /v1/uploads?name=..%2Fx', { body: Buffer.from('x'), headers: bytes })).status).toBe(422);
});

test('a file is either written out or an upload', async () => {
  for (const file of [{ path: '/a' }, { path: '/a', content: 'x', upload: 'y' }])
    expect((await api.deploy('shop', { files: [file] })).status).toBe(422);
});

test('uploads are for those who may deploy', async () => {
  const reader = await api.tokenFor('ada', ['read']);
  const options = { body: Buffer.from('x'), headers: bytes, token: reader };
  expect((await api.call('POST /v1/uploads?name=x', options)).status).toBe(403);
  expect((await api.call('POST /v1/uploads?name=x', { ...options, token: null })).status).toBe(401);
});
