import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { waitFor } from '../harness/deadline.ts';
import {
  describeWithFronts,
  type FrontKind,
  type FrontPlace,
  prepareFront,
  startFront,
} from '../harness/front-server.ts';
import { ensureImage } from '../harness/image.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { Operator } from './operator.ts';

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/berth.js', import.meta.url));
/** Another address of this machine than the one that the servers come from. */
const VISITOR = '127.0.0.7';
const PATH = '/a%2Fb//c/%7Ed;e=1?q=%20%C3%A9+x&y=//z';
const MIB = 1_048_576;

interface Front {
  readonly kind: FrontKind;
  readonly tls: 'off' | 'terminate' | 'pass';
}

const fronts: readonly Front[] = [
  { kind: 'nginx', tls: 'off' },
  { kind: 'nginx', tls: 'terminate' },
  { kind: 'nginx', tls: 'pass' },
  { kind: 'apache', tls: 'off' },
  { kind: 'apache', tls: 'terminate' },
  { kind: 'caddy', tls: 'off' },
  { kind: 'caddy', tls: 'terminate' },
];

describeWithEngine('behind a web server', (engineSocket) => {
  describeWithFronts('with the settings that Berth prints', () => describeFronts(engineSocket));
});

function describeFronts(engineSocket: string): void {
  let usual: RunningDaemon;
  let proxied: RunningDaemon;

  beforeAll(async () => {
    await ensureImage(engineSocket, 'node', 1);
    usual = await startSite(engineSocket, false);
    proxied = await startSite(engineSocket, true);
  }, 180_000);
  afterAll(async () => {
    await usual.stop();
    await proxied.stop();
  });

  describe.each(fronts)('$kind, TLS: $tls', (front) => {
    let place: FrontPlace;
    let server: Awaited<ReturnType<typeof startFront>> | undefined;

    beforeAll(async () => {
      place = await prepareFront();
      const daemon = front.tls === 'pass' ? proxied : usual;
      if (front.tls === 'pass') await bringCertificate(daemon, place);
      server = await startFront(front.kind, place, printConfig(daemon, front, place));
    });
    afterAll(() => server?.stop());

    const isSecure = front.tls !== 'off';
    const ask = (host: string, path: string, options: Asking = {}) =>
      visit(place, isSecure, { host, path, ...options });

    test('apps are reached by their own hosts and by their domains', async () => {
      for (const host of ['shop.apps.example.org', 'shop.example.org'])
        expect(await ask(host, '/')).toMatchObject({ status: 200, body: expect.stringContaining('version 1') });
    });

    test('an app sees who comes, by which name and scheme, and no word that a visitor made up', async () => {
      const lies = { 'x-forwarded-for': '192.0.2.66', forwarded: 'for=192.0.2.66', 'x-forwarded-proto': 'ftp' };
      const { body } = await ask('shop.example.org', '/headers', { headers: lies });
      const heard = JSON.parse(body) as Record<string, string>;
      expect(heard['host']).toBe(`shop.example.org:${isSecure ? place.ports.https : place.ports.http}`);
      // What stands behind it is the server in front.
      expect(heard['x-forwarded-for']?.split(/, */)[0]).toBe(VISITOR);
      expect(heard['x-forwarded-proto']).toBe(isSecure ? 'https' : 'http');
      expect(body).not.toContain('192.0.2.66');
    });

    test('a path reaches the app byte by byte', async () => {
      expect(await ask('shop.example.org', PATH)).toMatchObject({ status: 404, body: PATH });
    });

    test('a WebSocket is opened, and gives back what it is sent', async () => {
      const socket = await openSocket(place, isSecure, 'shop.example.org');
      let heard = Buffer.alloc(0);
      socket.on('data', (part: Buffer) => (heard = Buffer.concat([heard, part])));
      socket.write(Buffer.concat([Buffer.of(0x81, 0x85, 0, 0, 0, 0), Buffer.from('hello')]));
      await waitFor(() => heard.includes('hello'), { deadlineMs: 20_000, what: 'the echo' });
      socket.destroy();
    });

    test('a stream comes line by line', async () => {
      const answer = await begin(place, isSecure, {
        host: 'shop.example.org',
        path: '/stream?n=100000&ms=100',
        headers: { 'accept-encoding': 'gzip' },
      });
      let heard = '';
      answer.on('data', (part: Buffer) => (heard += part.toString('latin1'))).on('error', () => undefined);
      await waitFor(() => heard.includes('line 1\n'), { deadlineMs: 20_000, what: 'the first line' });
      expect(heard.length).toBeLessThan(4_096);
      answer.destroy();
    });

    test.each(['said', 'unsaid'])('a large body passes whose length is %s', async (length) => {
      const body = Buffer.alloc(24 * MIB, 'x');
      const headers = length === 'said' ? { 'content-length': String(body.length) } : {};
      const answer = await ask('shop.example.org', '/upload', { method: 'POST', body, headers });
      expect(answer).toMatchObject({ status: 200, body: `${body.length}\n` });
    });

    if (front.tls === 'terminate')
      test('who comes by http is sent to https, with the path as it was', async () => {
        const answer = await begin(place, false, { host: 'shop.example.org', path: PATH });
        answer.resume();
        const { host, pathname, search, protocol } = new URL(answer.headers.location ?? '', 'http://nowhere');
        // Caddy takes another port than 443 for one that is forwarded to.
        const port = front.kind === 'caddy' ? '' : `:${place.ports.https}`;
        expect([answer.statusCode, protocol, host]).toEqual([308, 'https:', `shop.example.org${port}`]);
        expect(pathname + search).toBe(PATH);
      });

    if (front.tls !== 'pass')
      test('the API is served at its host', async () => {
        expect(await ask('berth.example.org', '/healthz')).toMatchObject({ status: 200 });
      });
  });
}

async function startSite(engineSocket: string, proxyProtocol: boolean): Promise<RunningDaemon> {
  const daemon = await startDaemon({
    engineSocket,
    settings: { edge: { baseDomain: 'apps.example.org', trustedProxies: ['127.0.0.1'], proxyProtocol } },
  });
  const operator = new Operator(daemon);
  const domains = [{ host: 'shop.example.org' }];
  expect((await operator.deploy('shop', { image: 'berth-test/node:1', domains })).status).toBe(201);
  return daemon;
}

/** The edge shows it itself. */
async function bringCertificate(daemon: RunningDaemon, { chain, key }: FrontPlace): Promise<void> {
  const body = { certificatePem: readFileSync(chain, 'utf8'), keyPem: readFileSync(key, 'utf8') };
  expect((await new Operator(daemon).call('PUT', '/v1/certificates', body)).status).toBe(201);
}

/** As an operator at the machine would have it printed. */
function printConfig(daemon: RunningDaemon, { kind, tls }: Front, place: FrontPlace): string {
  const { ports, chain, key } = place;
  const files = tls === 'terminate' ? ['--certificate', chain, '--key', key] : ['--tls', tls];
  const where = ['--http-port', String(ports.http), '--https-port', String(ports.https)];
  const api = tls === 'pass' ? [] : ['--api-host', 'berth.example.org'];
  const env = {
    PATH: process.env['PATH'],
    HOME: place.folder,
    BERTH_URL: daemon.apiUrl,
    BERTH_TOKEN: daemon.adminToken,
  };
  return execFileSync(process.execPath, [LAUNCHER, 'proxy-config', kind, ...files, ...where, ...api], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

type Wish = Asking & { readonly host: string; readonly path: string };

function open({ ports }: FrontPlace, isSecure: boolean, { host, path, method = 'GET', headers = {} }: Wish) {
  const port = isSecure ? ports.https : ports.http;
  const options: RequestOptions = {
    host: '127.0.0.1',
    port,
    localAddress: VISITOR,
    path,
    method,
    agent: false,
    headers: { host: `${host}:${port}`, ...headers },
    ...(isSecure ? { servername: host, rejectUnauthorized: false } : {}),
  };
  return isSecure ? requestSecure(options) : requestPlain(options);
}

async function begin(place: FrontPlace, isSecure: boolean, wish: Wish): Promise<IncomingMessage> {
  const request = open(place, isSecure, wish);
  request.end(wish.body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer;
}

async function visit(place: FrontPlace, isSecure: boolean, wish: Wish) {
  const answer = await begin(place, isSecure, wish);
  const parts = await answer.toArray();
  return { status: answer.statusCode, body: Buffer.concat(parts as Buffer[]).toString() };
}

async function openSocket(place: FrontPlace, isSecure: boolean, host: string): Promise<Socket> {
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
  };
  const request = open(place, isSecure, { host, path: '/ws', headers: upgrade });
  request.end();
  const [answer, socket] = (await once(request, 'upgrade')) as [IncomingMessage, Socket];
  expect(answer.headers['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  return socket;
}
