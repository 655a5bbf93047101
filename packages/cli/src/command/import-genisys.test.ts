import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runWords } from '../test-world.contract.ts';

const services = `import os

tag = 'latest'
skynet_backend = {
    'name': 'skynet_backend',
    'image': 'skynet-backend:' + tag,
    'command': 'java -jar /tmp/backend.jar',
    'environment': {'SERVICE_NAME': 'skynet_backend', 'SERVICE_8081_IGNORE': 1},
    'ports': ['8080'],
}
web = {'image': 'web:1', 'ports': None}
os.remove('/tmp/everything')
`;

let folder: string;
let server: Server;
let taken: unknown[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-import-'));
  writeFileSync(join(folder, 'services.py'), services);
  taken = [];
  server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await json(request)) as { readonly name: string };
  taken.push([request.method, request.url, body]);
  const isRefused = body.name === 'web';
  const type = isRefused ? 'application/problem+json' : 'text/plain';
  response.writeHead(isRefused ? 400 : 200, { 'content-type': type });
  response.end(isRefused ? JSON.stringify({ detail: 'ports: no' }) : '');
}

const run = (...words: string[]) => runWords(['import', 'genisys', ...words], { workingFolder: folder });
const backend = {
  name: 'skynet_backend',
  image: 'skynet-backend:latest',
  command: 'java -jar /tmp/backend.jar',
  environment: { SERVICE_NAME: 'skynet_backend', SERVICE_8081_IGNORE: 1 },
  ports: ['8080'],
};

test('services are defined one by one, what was not done is told, and nothing of the file is run', async () => {
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ending = await run('services.py', '--at', at);
  expect(taken).toEqual([
    ['POST', '/service', backend],
    ['POST', '/service', { name: 'web', image: 'web:1', ports: null }],
  ]);
  expect(ending.code).toBe(1);
  expect(ending.out).toContain('skynet_backend  defined');
  expect(ending.err).toContain('web  ports: no');
  expect(ending.err).toMatch(/left out: line 1: /);
  expect(ending.err).toMatch(/left out: line 12: /);
  expect(ending.err).toContain('left out: tag is no definition');
});

test('a dry run shows them as a service file would hold them', async () => {
  const ending = await run('services.py', '--dry-run', '--json');
  expect(JSON.parse(ending.out)).toEqual({
    skynet_backend: backend,
    web: { name: 'web', image: 'web:1', ports: null },
  });
  expect([ending.code, taken]).toEqual([0, []]);
  writeFileSync(join(folder, 'services.json'), ending.out);
  expect(JSON.parse((await run('services.json', '--dry-run', '--json')).out)).toEqual(JSON.parse(ending.out));
});

test('a dialect that is not on is told as that', async () => {
  const { code, err } = await run('services.py', '--at', 'http://127.0.0.1:1');
  expect(code).toBe(1);
  expect(err).toContain('dialects.genisys');
});

test.each([
  ['services.py', 'web = {"image'],
  ['services.json', '[1]'],
  ['services.json', '{'],
])('%s with %j holds no services', async (name, content) => {
  writeFileSync(join(folder, name), content);
  expect(await run(name)).toMatchObject({ code: 1, err: expect.stringContaining('holds no services') });
});
