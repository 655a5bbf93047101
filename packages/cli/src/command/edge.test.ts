import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runWords } from '../test-world.contract.ts';

const edge = {
  pid: 4711,
  version: 'a1b2c3',
  since: '2026-11-20T12:00:00.000Z',
  connections: 17,
  routes: 3,
  http: ['127.0.0.1:8080'],
  https: [],
  baseDomain: 'apps.example.org',
  publicUrl: { scheme: 'https', port: 443 },
  trustedProxies: ['127.0.0.1'],
  proxyProtocol: false,
};
const now = () => Date.parse('2026-11-20T14:00:00.000Z');
const seen: string[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(edge));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const run = (words: string) => runWords([...words.split(' '), '--url', url], { now });

test('the edge is shown with what it has open, and since when', async () => {
  const { code, out } = await run('edge');
  expect(code).toBe(0);
  for (const text of ['4711', '2 h', '17', '127.0.0.1:8080', 'apps.example.org']) expect(out).toContain(text);
  expect(out).not.toContain('HTTPS');
});

test('a renewal is ordered, and the new process shown', async () => {
  expect(await run('edge renew --json')).toMatchObject({ code: 0, out: `${JSON.stringify(edge)}\n` });
  expect(seen.at(-1)).toBe('POST /v1/edge/actions/renew');
});
