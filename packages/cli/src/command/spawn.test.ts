import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runWords } from '../test-world.contract.ts';

const spawn = {
  id: '0f3a0f3a0f3a0f3a0f3a0f3a0f3a0f3a',
  template: 'lab',
  user: 'ada',
  parameters: { size: 'big' },
  owner: 'ada',
  url: 'http://0f3a.localhost:8080',
  state: 'running',
  reason: null,
  operation: null,
  createdAt: '2026-11-20T12:00:00.000Z',
};
const template = {
  name: 'lab',
  description: '',
  spec: { image: 'lab:1' },
  parameters: {},
  max: 3,
  idLength: 32,
  source: 'api',
  spawns: 1,
};

let folder: string;
let server: Server;
let calls: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-spawn-'));
  calls = [];
  server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  calls.push(`${request.method} ${request.url} ${await text(request)}`.trim());
  const isList = /^GET \/v1\/(?:spawns|templates)(?:\?|$)/.test(`${request.method} ${request.url}`);
  const one = request.url?.startsWith('/v1/spawns') === true ? spawn : template;
  response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isList ? { items: [one], next: null } : one));
}

function run(...words: string[]) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return runWords([...words, '--url', url, '--token', 'x'], { workingFolder: folder });
}

test('a spawn prints its address, and is listed', async () => {
  const made = await run('spawn', 'lab', '--user', 'ada', '-p', 'size=big');
  expect(made).toMatchObject({ code: 0, out: 'http://0f3a.localhost:8080\n' });
  const { out } = await run('spawns', '--template', 'lab');
  expect(out).toContain(spawn.id);
  expect(calls).toEqual([
    'POST /v1/spawns?wait=4m {"template":"lab","parameters":{"size":"big"},"user":"ada"}',
    'GET /v1/spawns?template=lab',
  ]);
});

test('a template is put from a file, and listed with its room', async () => {
  writeFileSync(join(folder, 'lab.json'), JSON.stringify({ spec: template.spec, max: 3 }));
  expect(await run('templates', 'put', 'lab', '-f', 'lab.json')).toMatchObject({ code: 0 });
  expect(calls).toEqual(['PUT /v1/templates/lab {"spec":{"image":"lab:1"},"max":3}']);
  expect((await run('templates')).out).toMatch(/lab +1 of 3/);
  expect(JSON.parse((await run('templates', 'show', 'lab')).out)).toEqual(template);
  expect(await run('templates', 'put', 'lab')).toMatchObject({ code: 2 });
});

test('settings of Docker Spawner become Berth’s, and what is left out is told', async () => {
  const source = `import platform
WINDOWS = platform.system() == "Windows"
PORT_START = 9000
MAX_CONTAINERS = 3
PROXY_CONFIG = 'dynamic_proxy.conf'
DOMAIN = 'example.com'
HEX_SIZE = 32
CONTAINER_PREFIX = 'spawned__'
DOCKER_TIMEOUT = 60 * 60
CLEANUP_TIMEOUT = 'soon'
WITH_USERS = False
CONTAINER_IMAGES: dict[str, str] = {
    # 'some_id': 'container_name'
    '1': 'challenge1:2',
}
`;
  writeFileSync(join(folder, 'settings.py'), source);
  const { code, out, err } = await run('import', 'spawner', 'settings.py');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    dialects: {
      spawner: {
        listen: '127.0.0.1:5000',
        maxContainers: 3,
        domain: 'example.com',
        hexSize: 32,
        containerPrefix: 'spawned__',
        lifetimeSeconds: 3600,
        withUsers: false,
        images: { '1': 'challenge1:2' },
      },
    },
  });
  for (const word of ['line 1:', 'line 2:', 'PORT_START', 'PROXY_CONFIG', 'CLEANUP_TIMEOUT: must be a whole number'])
    expect(err).toContain(word);
});

test.each(['WITH_USERS = True', 'CONTAINER_IMAGES = {"1": 2}', 'CONTAINER_IMAGES = {'])(
  '%j holds no settings',
  async (source) => {
    writeFileSync(join(folder, 'settings.py'), source);
    expect(await run('import', 'spawner', 'settings.py')).toMatchObject({ code: 1 });
  },
);
