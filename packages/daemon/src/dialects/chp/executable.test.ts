import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as openSecureRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { findDeadPort, startApp, type TestApp } from '../../edge/testing/app.ts';
import { selfSign } from '../../edge/testing/self-signed.ts';
import { visit } from '../../edge/testing/visitor.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/configurable-http-proxy.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../chp.ts', import.meta.url));

let folder: string;
let app: TestApp;
let port: number;
let apiPort: number;
const running: ChildProcess[] = [];

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => app.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-chp-test-'));
  port = 0;
  apiPort = 0;
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly exit: Promise<number | null>;
}

interface Start {
  readonly token?: string;
  /** As a launcher of an older Node starts it. */
  readonly isRelaunched?: boolean;
}

function start(flags: readonly string[], { token = 'secret', isRelaunched = false }: Start = {}): Program {
  const places = ['--ip=127.0.0.1', `--port=${port}`, '--api-ip=127.0.0.1', `--api-port=${apiPort}`];
  const child = spawn(process.execPath, [isRelaunched ? PROGRAM : LAUNCHER, ...places, ...flags], {
    env: { CONFIGPROXY_AUTH_TOKEN: token, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe', ...(isRelaunched ? ['ipc' as const] : [])],
  });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (said += part.toString()));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return { child, said: () => said, exit };
}

/** From now on `port` and `apiPort` are where it truly listens. */
async function isUp({ said }: Program): Promise<void> {
  const words = /Proxying (?:.*, )?127\.0\.0\.1:(\d+) to [^]*Proxy API at https?:\/\/127\.0\.0\.1:(\d+)\//;
  const [, visitors, callers] = await waitFor(() => words.exec(said()), { deadlineMs: 15_000, what: 'the proxy' });
  port = Number(visitors);
  apiPort = Number(callers);
}

const isFree = async (at: number): Promise<boolean> => {
  const socket = connect(at, '127.0.0.1');
  const came = await Promise.race([
    once(socket, 'connect').then(() => 'taken'),
    once(socket, 'close').then(() => 'free'),
  ]).catch(() => 'free');
  socket.destroy();
  return came === 'free';
};

const api = (): string => `http://127.0.0.1:${apiPort}/api/routes`;

async function post(path: string, target: string): Promise<number> {
  const headers = { authorization: 'token secret' };
  const body = JSON.stringify({ target });
  return (await fetch(api() + path, { method: 'POST', headers, body })).status;
}

describe('configurable-http-proxy', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends it at once, with its edge and its pid file',
    async (signal) => {
      const pidFile = join(folder, 'proxy.pid');
      const program = start(['--pid-file', pidFile]);
      await isUp(program);
      await waitFor(() => readFileSync(pidFile, 'utf8') === String(program.child.pid), { deadlineMs: 5_000 });
      program.child.kill(signal);
      expect(await program.exit).toBe(2);
      expect(existsSync(pidFile)).toBe(false);
      expect([await isFree(port), await isFree(apiPort)]).toEqual([true, true]);
    },
  );

  test('kill -9 takes its edge along', async () => {
    const program = start([]);
    await isUp(program);
    expect(await isFree(port)).toBe(false);
    program.child.kill('SIGKILL');
    await waitFor(async () => isFree(port), { deadlineMs: 5_000, what: 'the end of the edge' });
  });

  test('started by a launcher it ends with that, however that ends, and writes its pid', async () => {
    const pidFile = join(folder, 'proxy.pid');
    const program = start(['--pid-file', pidFile], { isRelaunched: true });
    await isUp(program);
    await waitFor(() => readFileSync(pidFile, 'utf8') === String(process.pid), { deadlineMs: 5_000 });
    program.child.disconnect();
    expect(await program.exit).toBe(2);
    expect(await isFree(port)).toBe(true);
  });

  test('without a token it warns, and lets everybody use the API', async () => {
    const program = start([], { token: '' });
    await isUp(program);
    expect(program.said()).toMatch(/ \[ConfigProxy\] warn: REST API is not authenticated\.\n/);
    expect((await fetch(api())).status).toBe(200);
  });

  test.each(['port', 'api-port'])('a --%s that is taken ends it with a word', async (name) => {
    if (name === 'port') port = app.port;
    else apiPort = app.port;
    const program = start([]);
    expect(await program.exit).toBe(1);
    expect(program.said()).toContain(String(app.port));
  });

  test.each([
    ['--help', 'Usage: configurable-http-proxy [options]', 0],
    ['--version', '5.', 0],
    ['--nope', "error: unknown option '--nope'", 1],
    ['--default-target=nowhere', "'target' must be a URL", 1],
    ['--ssl-key=/nowhere --ssl-cert=/nowhere', '/nowhere', 1],
  ])('%s is answered at the terminal', async (words, answer, code) => {
    const program = start(words.split(' '));
    expect(await program.exit).toBe(code);
    expect(program.said()).toContain(answer);
  });

  test('an edge that died is there again, with its routes', async () => {
    port = await findDeadPort();
    const program = start(['--default-target', `http://127.0.0.1:${app.port}`]);
    await isUp(program);
    expect(await post('/a', `http://127.0.0.1:${app.port}/base`)).toBe(201);
    process.kill(await findEdge(program), 'SIGKILL');
    const url = async (): Promise<unknown> =>
      (JSON.parse((await visit({ port, path: '/a' })).body) as { url: string }).url;
    await waitFor(async () => (await url()) === '/base/a', { deadlineMs: 10_000, what: 'the edge' });
  });

  test('an answer of a target is activity; a redirect, a refusal and an error are none', async () => {
    const status = { now: 200 };
    const server = await startApp((_, response) => void response.writeHead(status.now).end());
    await isUp(start([]));
    await post('/a', `http://127.0.0.1:${server.port}`);
    const lastActivity = async (): Promise<number> => {
      const answer = await fetch(`${api()}/a`, { headers: { authorization: 'token secret' } });
      return Date.parse(((await answer.json()) as { last_activity: string }).last_activity);
    };
    const posted = await lastActivity();
    for (const refusal of [302, 403, 404, 500]) {
      status.now = refusal;
      expect((await visit({ port, path: '/a' })).status).toBe(refusal);
    }
    expect(await lastActivity()).toBe(posted);
    status.now = 200;
    await visit({ port, path: '/a' });
    expect(await lastActivity()).toBeGreaterThan(posted);
    await server.close();
  });

  test('WebSockets reach their target', async () => {
    const chat = await startApp();
    chat.server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.pipe(socket);
    });
    await isUp(start(['--default-target', `http://127.0.0.1:${chat.port}`]));
    const socket = connect(port, '127.0.0.1');
    const handshake =
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
    socket.write(`GET /a HTTP/1.1\r\nHost: x.test\r\n${handshake}\r\n\r\n`);
    const heard = (): string => String(socket.read() ?? '');
    await waitFor(() => heard().startsWith('HTTP/1.1 101 '), { deadlineMs: 5_000 });
    socket.write(Buffer.of(0x81, 0x01, 0x41));
    await waitFor(() => heard() === '\u{fffd}\x01A', { deadlineMs: 5_000 });
    socket.destroy();
    await chat.close();
  });

  test('metrics have the program’s names', async () => {
    const metrics = ['--metrics-port=0', '--metrics-ip=127.0.0.1'];
    const program = start(['--default-target', `http://127.0.0.1:${app.port}`, ...metrics]);
    await isUp(program);
    const place = /Serve metrics at (\S+)\n/;
    const [, url = ''] = await waitFor(() => place.exec(program.said()), { deadlineMs: 5_000 });
    await post('/a', `http://127.0.0.1:${app.port}`);
    await visit({ port });
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = (await answer.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'api_route_add 1',
        'requests_web 1',
        'requests_proxy{status="2xx"} 1',
        'requests_api{status="201"} 1',
      ]),
    );
  });
});

describe('with certificates', () => {
  const server = selfSign(['hub.test']);
  const visitor = selfSign(['visitor.test']);

  beforeEach(() => {
    for (const [name, { certificatePem, keyPem }] of Object.entries({ server, visitor })) {
      writeFileSync(join(folder, `${name}.crt`), certificatePem);
      writeFileSync(join(folder, `${name}.key`), keyPem);
    }
  });

  const flags = (prefix: string, name: string): string[] => [
    `--${prefix}ssl-key=${join(folder, `${name}.key`)}`,
    `--${prefix}ssl-cert=${join(folder, `${name}.crt`)}`,
  ];

  async function ask(at: number, options: { servername?: string; cert?: string; key?: string } = {}): Promise<number> {
    const request = openSecureRequest({
      port: at,
      host: '127.0.0.1',
      path: '/a',
      agent: false,
      rejectUnauthorized: false,
      ...options,
    });
    request.end();
    const [answer] = (await once(request, 'response')) as [{ statusCode: number; resume: () => void }];
    answer.resume();
    return answer.statusCode;
  }

  test('visitors come by https, whatever name they ask for; --redirect-port sends them there', async () => {
    const redirect = ['--redirect-port=0', '--redirect-to=8443'];
    const program = start([...flags('', 'server'), ...redirect, `--default-target=http://127.0.0.1:${app.port}`]);
    await isUp(program);
    const [, redirectPort] = /Proxying 127\.0\.0\.1:(\d+), /.exec(program.said()) ?? [];
    expect(await ask(port)).toBe(200);
    expect(await ask(port, { servername: 'hub.test' })).toBe(200);
    expect(await ask(port, { servername: 'other.test' })).toBe(200);
    expect(await visit({ port: Number(redirectPort), host: 'hub.test', path: '/a?b' })).toMatchObject({
      status: 301,
      headers: { location: 'https://hub.test:8443/a?b' },
    });
  });

  test('visitors may have to show their own', async () => {
    const more = [`--ssl-ca=${join(folder, 'visitor.crt')}`, '--ssl-request-cert', '--ssl-reject-unauthorized'];
    await isUp(start([...flags('', 'server'), ...more, `--default-target=http://127.0.0.1:${app.port}`]));
    await expect(ask(port)).rejects.toThrow();
    await expect(ask(port, { cert: server.certificatePem, key: server.keyPem })).rejects.toThrow();
    expect(await ask(port, { cert: visitor.certificatePem, key: visitor.keyPem })).toBe(200);
  });

  test('callers of the API may have to show theirs', async () => {
    const more = [
      `--api-ssl-ca=${join(folder, 'visitor.crt')}`,
      '--api-ssl-request-cert',
      '--api-ssl-reject-unauthorized',
    ];
    await isUp(start([...flags('api-', 'server'), ...more]));
    await expect(ask(apiPort)).rejects.toThrow();
    expect(await ask(apiPort, { cert: visitor.certificatePem, key: visitor.keyPem })).toBe(404);
  });
});

/** The child of the program that is not a thread of Node. */
async function findEdge({ child }: Program): Promise<number> {
  const children = (): string => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  return Number(await waitFor(() => children(), { deadlineMs: 5_000 }));
}
