import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWords } from '../test-world.contract.ts';

const edge = {
  pid: 4711,
  version: 'a1b2c3',
  since: '2026-11-20T12:00:00.000Z',
  connections: 17,
  routes: 3,
  http: ['[::]:8080'],
  https: ['10.0.0.5:8443'],
  baseDomain: 'apps.example.org',
  publicUrl: { scheme: 'http', port: 8080 },
  trustedProxies: [],
  proxyProtocol: false,
};
const routes = ['shop.apps.example.org', 'shop.example.org', '*.pages.example.org', 'shop.example.org', '*'];
let server: Server;
let url: string;

beforeAll(async () => {
  const page = {
    items: routes.map((host) => ({ host, pathPrefix: '/', stripPrefix: false, app: 'shop', targets: 1 })),
  };
  server = createServer((request, response) => {
    const body = request.url === '/v1/edge' ? edge : { ...page, next: null };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const run = (words: string) => runWords(['proxy-config', ...words.split(' '), '--url', url]);
const offline = '--base-domain apps.example.org --edge 10.1.2.3:8080';

describe('what is printed', () => {
  test('leads all hosts of apps to where the edge listens, each once', async () => {
    const { code, out } = await run('nginx --domain extra.example.org');
    expect(code).toBe(0);
    expect(out).toContain('server_name *.apps.example.org extra.example.org *.pages.example.org shop.example.org;');
    expect(out).toContain('server 127.0.0.1:8080;');
    expect(out).not.toContain('443');
  });

  test('passes TLS on to where the edge takes it', async () => {
    expect((await run('nginx --tls pass')).out).toMatch(/default 10\.0\.0\.5:8443;\n\s+\*\.apps\.example\.org 10/);
  });

  test.each(['nginx', 'apache', 'caddy'])('serves the API at its host, by %s', async (name) => {
    const { out } = await run(`${name} --api-host berth.example.org`);
    expect(out).toContain('berth.example.org');
    expect(out).toContain(new URL(url).host);
  });

  test.each(['nginx', 'apache', 'caddy'])('needs no daemon where all is said, by %s', async (name) => {
    const { code, out, err } = await runWords([
      'proxy-config',
      name,
      ...offline.split(' '),
      '--url',
      'http://127.0.0.1:1',
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('10.1.2.3:8080');
  });

  test('is told beside what the daemon has otherwise', async () => {
    const { err } = await run('nginx --certificate /etc/a.pem --key /etc/a.key');
    expect(err).toContain('trusts no server in front');
    expect(err).toContain('http on port 8080');
    expect(err).not.toContain('proxyProtocol');
    expect((await run('nginx --tls pass')).err).toContain('proxyProtocol');
  });
});

test.each([
  ['lighttpd', 'must be one of nginx, apache, caddy'],
  ['apache --tls pass', 'cannot pass TLS through'],
  ['nginx --tls terminate', 'Which certificate?'],
  ['nginx --certificate /etc/a.pem', 'go together'],
  ['nginx --tls off --certificate /etc/a.pem --key /etc/a.key', 'no certificate of its own'],
  ['nginx --domain a.example.org;}', 'a host such as'],
  ['nginx --domain ../x', 'a host such as'],
  ['nginx --certificate /etc/a;b.pem --key /etc/a.key', 'a path from the root'],
  ['nginx --certificate a.pem --key /etc/a.key', 'a path from the root'],
  ['nginx --edge 10.0.0.1;:80', 'an address with a port'],
  ['nginx --edge 10.0.0.1:99999', 'an address with a port'],
  ['nginx --http-port 0', 'a port from 1'],
  ['nginx --base-domain *.example.org;', 'a host such as'],
])('`berth proxy-config %s` is refused in words', async (words, sentence) => {
  const { code, out, err } = await run(words);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(sentence);
});
